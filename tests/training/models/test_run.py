from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from recognition.models import ModelVersion
from tests.factories import make_version
from training.models import AlreadyOpen, LostLease, TrainingRun
from training.models.manifest import summarize
from training.models.run import MAX_ATTEMPTS

pytestmark = pytest.mark.django_db

Status = TrainingRun.Status


def request() -> TrainingRun:
    return TrainingRun.objects.request({}, by=None, reason="test")


def taken() -> TrainingRun:
    run = TrainingRun.objects.claim(request().pk)
    assert run
    return run


def silence(run: TrainingRun) -> None:
    """Put the last heartbeat a minute back."""
    TrainingRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=1))


def status(run: TrainingRun) -> str:
    return TrainingRun.objects.values_list("status", flat=True).get(pk=run.pk)


def test_a_requested_run_waits_for_a_worker() -> None:
    assert request().status == Status.QUEUED


def test_a_second_run_is_refused_and_told_which_one_is_open() -> None:
    first = request()
    with pytest.raises(AlreadyOpen) as refused:
        request()
    assert refused.value.run == first
    assert str(refused.value) == f"Run {first.pk} is queued; wait until it ends, or cancel it."


def test_a_run_may_follow_one_that_has_ended() -> None:
    request().cancel()
    assert request().is_open


def test_a_run_is_taken_once_however_often_its_task_is_delivered() -> None:
    run = request()
    assert TrainingRun.objects.claim(run.pk)
    assert TrainingRun.objects.claim(run.pk) is None


def test_taking_a_run_starts_its_clock_and_names_its_first_stage() -> None:
    run = taken()
    assert (run.status, run.stage, run.attempt) == (Status.RUNNING, "collect", 1)
    assert run.started_at == run.heartbeat_at


def test_a_cancelled_run_cannot_be_taken() -> None:
    run = request()
    run.cancel()
    assert TrainingRun.objects.claim(run.pk) is None


def test_writing_stores_fields_with_a_heartbeat() -> None:
    run = taken()
    silence(run)
    run.write(stage="train", progress={"epoch": 1})
    stored = TrainingRun.objects.get()
    assert (stored.stage, stored.progress) == ("train", {"epoch": 1})
    assert not TrainingRun.objects.dead()


def test_a_worker_hears_at_its_next_write_that_its_run_was_cancelled() -> None:
    run = taken()
    assert TrainingRun.objects.get().cancel()
    with pytest.raises(LostLease):
        run.write(stage="train")
    assert status(run) == Status.CANCELLED


def test_a_run_that_has_ended_cannot_be_cancelled() -> None:
    run = taken()
    run.end(Status.SUCCEEDED)
    assert not run.cancel()
    assert status(run) == Status.SUCCEEDED


def test_a_run_that_beats_is_left_alone() -> None:
    run = taken()
    TrainingRun.objects.requeue_dead()
    assert status(run) == Status.RUNNING


def test_a_run_whose_worker_went_silent_is_queued_again() -> None:
    run = taken()
    silence(run)
    TrainingRun.objects.requeue_dead()
    assert status(run) == Status.QUEUED


def test_a_worker_that_was_taken_for_dead_cannot_write_any_more() -> None:
    zombie = taken()
    silence(zombie)
    TrainingRun.objects.requeue_dead()
    successor = TrainingRun.objects.claim(zombie.pk)
    with pytest.raises(LostLease):
        zombie.write(stage="export")
    with pytest.raises(LostLease):
        zombie.end(Status.SUCCEEDED)
    assert successor
    successor.write(stage="train")


def test_a_resumed_run_keeps_its_start_and_its_stage() -> None:
    run = taken()
    run.write(stage="train")
    silence(run)
    TrainingRun.objects.requeue_dead()
    again = TrainingRun.objects.claim(run.pk)
    assert again
    assert (again.started_at, again.stage, again.attempt) == (run.started_at, "train", 2)


def test_a_run_that_kills_its_worker_again_and_again_fails_with_the_stage_it_died_in() -> None:
    run = taken()
    run.write(stage="export")
    TrainingRun.objects.update(attempt=MAX_ATTEMPTS)
    silence(run)
    TrainingRun.objects.requeue_dead()
    run.refresh_from_db()
    assert run.status == Status.FAILED
    assert run.error == "Its worker died 3 times, the last time in the stage export."
    assert run.finished_at


@pytest.mark.django_db(transaction=True)
def test_what_is_done_while_holding_the_lease_is_stored_together() -> None:
    run = taken()
    with run.lease_locked():
        run.write(version=make_version())
    assert TrainingRun.objects.get().version == ModelVersion.objects.get()


@pytest.mark.django_db(transaction=True)
def test_without_the_lease_nothing_is_stored() -> None:
    run = taken()
    run.cancel()
    with pytest.raises(LostLease), run.lease_locked():
        make_version()
    assert not ModelVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_breaks_while_holding_the_lease_leaves_no_trace() -> None:
    run = taken()
    with pytest.raises(ZeroDivisionError), run.lease_locked():
        run.write(version=make_version())
        raise ZeroDivisionError
    assert not ModelVersion.objects.exists()


def test_a_manifest_is_added_up_as_it_is_written() -> None:
    run = taken()
    one = {
        "base": {"train": 80, "validation": 10, "test": 10, "near": 2},
        "collected": {"train": ["a"], "validation": [], "test": []},
        "collected_left_out": {"b": "label doubted: 3% likely"},
    }
    run.write(manifest={"classes": {"cat": one}, "waiting": {"robot": 7}})
    summary = TrainingRun.objects.defer("manifest").get().manifest_summary()
    assert summary == summarize(run.manifest)
    assert (summary.base, summary.collected, summary.waiting) == (82, 1, {"robot": 7})
    assert summary.left_out == [("label doubted", 1)]
    assert (run.class_count, run.drawing_count) == (1, 83)


def test_a_run_of_an_earlier_release_is_added_up_when_it_is_asked_for() -> None:
    run = TrainingRun.objects.create(manifest={"waiting": {"robot": 7}})
    assert run.manifest_summary().waiting == {"robot": 7}


def test_a_run_stores_how_long_each_stage_took() -> None:
    run = taken()
    for stage in ("collect", "train", "train", "export"):
        run.write(stage=stage)
    run.end(Status.SUCCEEDED)
    stored = TrainingRun.objects.get()
    assert set(stored.stage_seconds) == {"collect", "train", "export"}
    assert all(seconds >= 0 for seconds in stored.stage_seconds.values())


def test_a_resumed_run_adds_to_what_its_stages_took_before() -> None:
    run = taken()
    TrainingRun.objects.update(stage_seconds={"collect": 100.0, "train": 900.0})
    silence(run)
    TrainingRun.objects.requeue_dead()
    again = TrainingRun.objects.claim(run.pk)
    assert again
    again.write(stage="collect")
    again.write(stage="train")
    assert again.stage_seconds["collect"] >= 100
    assert again.stage_seconds["train"] == 900

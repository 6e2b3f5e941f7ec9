from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from recognition.models import Contributor, DoodleClass, Drawing, Feedback
from training.config import InvalidConfig, TrainingConfig
from training.jobs import run_service
from training.models import AlreadyOpen, Checkpoint, TrainingRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def cat() -> DoodleClass:
    return DoodleClass.objects.create(name="cat")


@pytest.fixture
def accept(cat: DoodleClass) -> Callable[[], Drawing]:
    def accept() -> Drawing:
        return Drawing.objects.create(
            contributor=Contributor.objects.create(), bitmap=bytes(784), label=cat, status="accepted", split="train"
        )

    return accept


def a_finished_run() -> TrainingRun:
    return TrainingRun.objects.create(status="succeeded", manifest={"classes": {"cat": {}}})


def test_a_started_run_holds_the_whole_config() -> None:
    run = run_service.start_run({"epochs": 3}, by=None, reason="by hand")
    assert run.config == TrainingConfig(epochs=3).to_dict()


def test_an_impossible_config_starts_nothing() -> None:
    with pytest.raises(InvalidConfig):
        run_service.start_run({"epochs": 0}, by=None, reason="by hand")
    assert not TrainingRun.objects.exists()


def test_only_one_run_is_started() -> None:
    run_service.start_run({}, by=None, reason="by hand")
    with pytest.raises(AlreadyOpen):
        run_service.start_run({}, by=None, reason="by hand")


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_keep_a_run_from_being_queued() -> None:
    """The tests' settings point at a Redis that was never started."""
    assert run_service.start_run({}, by=None, reason="by hand").status == "queued"


def test_a_schedule_starts_a_run_with_its_config() -> None:
    run = run_service.start_run_if_due(drawings=0, config={"preset": "quick"})
    assert run
    assert (run.reason, run.config["preset"]) == ("schedule", "quick")


def test_a_schedule_waits_while_a_run_is_open() -> None:
    run_service.start_run({}, by=None, reason="by hand")
    assert run_service.start_run_if_due(drawings=0, config={}) is None


def test_too_few_new_drawings_start_nothing(accept: Callable[[], Drawing]) -> None:
    accept()
    assert run_service.start_run_if_due(drawings=2, config={}) is None


def test_enough_new_drawings_start_a_run_that_says_so(accept: Callable[[], Drawing]) -> None:
    accept(), accept()
    run = run_service.start_run_if_due(drawings=2, config={})
    assert run
    assert run.reason == "2 newly accepted drawings"


def test_a_run_that_only_judged_a_version_learnt_from_none(accept: Callable[[], Drawing]) -> None:
    accept()
    TrainingRun.objects.create(status="succeeded")
    assert run_service.accepted_since_last_run() == 1


def test_drawings_from_before_the_last_run_are_not_new(accept: Callable[[], Drawing]) -> None:
    accept()
    a_finished_run()
    accept()
    assert run_service.accepted_since_last_run() == 1


def test_what_was_drawn_before_the_last_run_and_imported_since_is_new(accept: Callable[[], Drawing]) -> None:
    a_finished_run()
    Drawing.objects.filter(pk=accept().pk).update(created_at="2017-03-08T21:12Z")
    assert run_service.accepted_since_last_run() == 1


def test_what_the_release_before_stored_is_as_old_as_it_is(accept: Callable[[], Drawing]) -> None:
    Drawing.objects.filter(pk=accept().pk).update(stored_at=None)
    a_finished_run()
    assert run_service.accepted_since_last_run() == 0


def test_a_cancelled_run_has_learnt_nothing_so_its_drawings_are_still_new(accept: Callable[[], Drawing]) -> None:
    accept()
    run_service.start_run({}, by=None, reason="by hand").cancel()
    assert run_service.accepted_since_last_run() == 1


def test_an_old_drawing_counts_as_new_when_somebody_labels_it(accept: Callable[[], Drawing], cat: DoodleClass) -> None:
    old = accept()
    a_finished_run()
    Feedback.objects.create(drawing=old, contributor=old.contributor, correct=True, label=cat)
    Feedback.objects.create(drawing=old, contributor=Contributor.objects.create(), correct=True, label=cat)
    assert run_service.accepted_since_last_run() == 1


@pytest.mark.parametrize("config", [{"classes": ["unicorn", "cat"]}, {"epoch": 3}, "quick"])
def test_a_schedule_with_an_impossible_config_leaves_a_failed_run_that_says_why(config: Any) -> None:
    run_service.start_run_if_due(drawings=0, config=config)
    run = TrainingRun.objects.get()
    assert run.status == "failed"
    assert run.error


def test_a_failed_run_is_not_repeated_before_more_drawings_come(accept: Callable[[], Drawing]) -> None:
    accept()
    assert run_service.start_run_if_due(drawings=1, config={"epochs": 0}) is None
    assert run_service.start_run_if_due(drawings=1, config={}) is None


@pytest.mark.parametrize("status", ["failed", "cancelled", "succeeded"])
def test_the_checkpoint_of_a_run_that_has_ended_goes(status: str) -> None:
    ended = TrainingRun.objects.create(status=status)
    Checkpoint.objects.create(run=ended, epoch=1, npz=b"weights")
    run_service.sweep_runs()
    assert not Checkpoint.objects.exists()


def test_a_run_that_goes_on_keeps_its_checkpoint() -> None:
    running = TrainingRun.objects.create(status="running", heartbeat_at=timezone.now())
    Checkpoint.objects.create(run=running, epoch=1, npz=b"weights")
    run_service.sweep_runs()
    assert Checkpoint.objects.get().run == running

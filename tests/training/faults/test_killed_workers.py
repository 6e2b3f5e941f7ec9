"""Workers die without a word, in every stage; what they worked on goes on."""

from __future__ import annotations

import pytest

from recognition.models import ModelVersion
from tests.services.site import Site
from tests.services.training import TRAINING, request_run
from tests.training.faults.recognizing import Recognizing
from tests.training.faults.watching import expire_lease, kill_child, slow_verdict, wait_for, wait_for_end
from training.models import Checkpoint, TrainingRun

pytestmark = [pytest.mark.services, pytest.mark.tensorflow]


def test_a_run_whose_worker_is_killed_while_it_collects_and_while_it_trains_goes_on_from_its_checkpoint(
    training_site: Site, recognizing: Recognizing
) -> None:
    run = request_run(epochs=10, rows_per_class=1_000)  # enough to pass the gate
    training_site.start("redis", *TRAINING)
    wait_for(run, lambda run: run.stage == "collect", training_site)
    kill_child(training_site)
    expire_lease(run)
    wait_for(run, lambda run: run.attempt == 2 and run.history, training_site)
    kill_child(training_site)
    expire_lease(run)
    first_epoch = run.history[0]

    wait_for(run, lambda run: run.attempt == 3 and run.progress.get("epoch", 0) >= 2, training_site)
    assert run.history[0] == first_epoch
    wait_for_end(run, training_site)
    assert (run.status, run.error, len(run.history)) == ("succeeded", "", 10)
    assert run.version == ModelVersion.objects.latest("number")
    assert ModelVersion.objects.current() == run.version
    assert not Checkpoint.objects.exists()
    assert recognizing.answered
    assert not recognizing.failures


@pytest.mark.long
def test_a_run_whose_worker_is_killed_while_it_exports_and_before_it_promotes_makes_one_version(
    training_site: Site, recognizing: Recognizing
) -> None:
    run = request_run(epochs=4, rows_per_class=1_500)  # enough to pass the gate
    training_site.start("redis", *TRAINING)
    wait_for(run, lambda run: run.stage == "export", training_site)
    kill_child(training_site)
    expire_lease(run)
    with slow_verdict(attempt=2):
        wait_for(run, lambda run: run.version_id, training_site)
        kill_child(training_site)
    run.refresh_from_db()
    assert run.status == "running"  # else the kill came too late to mean anything
    registered = run.version
    expire_lease(run)

    wait_for_end(run, training_site)
    assert (run.status, run.attempt, run.version) == ("succeeded", 3, registered)
    assert ModelVersion.objects.filter(number__gt=1).count() == 1
    assert [promotion.version for promotion in run.version.promotions.all()] == [registered]
    assert not recognizing.failures


@pytest.mark.long
def test_a_run_that_kills_every_worker_fails_with_its_reason(training_site: Site) -> None:
    run = request_run(epochs=1000)
    training_site.start("redis", *TRAINING)
    for attempt in (1, 2, 3):
        wait_for(run, lambda run, attempt=attempt: run.attempt == attempt and run.status == "running", training_site)
        kill_child(training_site)
        expire_lease(run)
    wait_for_end(run, training_site)
    assert (run.status, run.version) == ("failed", None)
    assert run.error.startswith("Its worker died 3 times, the last time in the stage ")


def test_a_whole_worker_that_is_killed_is_replaced_by_the_next(training_site: Site) -> None:
    """The lease lapses by itself."""
    training_site.environment["TRAINING_DEAD_AFTER"] = "5"  # seconds
    run = request_run(epochs=1000)
    training_site.start("redis", *TRAINING)
    wait_for(run, lambda run: run.stage == "train", training_site)
    training_site.kill("trainer")
    training_site.start("trainer")
    attempt = run.attempt
    wait_for(run, lambda run: run.attempt == attempt + 1 and run.status == "running", training_site)
    run.cancel()


def test_a_cancelled_run_sets_its_worker_free(training_site: Site) -> None:
    run = request_run(epochs=1000)
    training_site.start("redis", *TRAINING)
    wait_for(run, lambda run: run.stage == "train", training_site)
    run.cancel()
    following = request_run(epochs=1000)
    wait_for(following, lambda run: run.status == "running", training_site)
    following.cancel()
    assert TrainingRun.objects.filter(status="cancelled").count() == 2

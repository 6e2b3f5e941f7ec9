from __future__ import annotations

import time

import pytest
from django.db import OperationalError
from pytest_django import Settings

from training.jobs.run_lifecycle import tracked_run
from training.models import TrainingRun

pytestmark = pytest.mark.django_db(transaction=True)  # the heartbeat has a connection of its own


@pytest.fixture
def run() -> TrainingRun:
    run = TrainingRun.objects.claim(TrainingRun.objects.request({}, by=None, reason="test").pk)
    assert run
    return run


def wait_until_called_off() -> None:
    for _ in range(600):
        time.sleep(0.1)
    pytest.fail("Nobody called this work off.")


def test_work_that_ends_well_succeeds(run: TrainingRun) -> None:
    with tracked_run(run):
        pass
    run.refresh_from_db()
    assert run.status == "succeeded"
    assert run.finished_at


def test_work_that_breaks_fails_with_its_reason(run: TrainingRun) -> None:
    with tracked_run(run):
        raise MemoryError("no room for 345 classes")
    run.refresh_from_db()
    assert (run.status, run.error) == ("failed", "MemoryError: no room for 345 classes")


def test_work_on_a_cancelled_run_changes_nothing(run: TrainingRun) -> None:
    with tracked_run(run):
        run.cancel()
    run.refresh_from_db()
    assert (run.status, run.error) == ("cancelled", "")


def test_work_whose_database_stays_away_is_left_to_the_sweeper(run: TrainingRun) -> None:
    with tracked_run(run):
        raise OperationalError("server closed the connection unexpectedly")
    run.refresh_from_db()
    assert run.status == "running"


def test_a_stage_that_writes_nothing_stays_alive(run: TrainingRun, settings: Settings) -> None:
    settings.TRAINING_HEARTBEAT_EVERY = 0.05
    with tracked_run(run):
        before = TrainingRun.objects.get().heartbeat_at
        while TrainingRun.objects.get().heartbeat_at == before:
            time.sleep(0.01)


def test_a_stage_that_writes_nothing_is_stopped_when_its_run_is_cancelled(run: TrainingRun, settings: Settings) -> None:
    settings.TRAINING_HEARTBEAT_EVERY = 0.05
    with tracked_run(run):
        run.cancel()
        wait_until_called_off()
    run.refresh_from_db()
    assert run.status == "cancelled"

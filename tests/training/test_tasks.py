from __future__ import annotations

import pytest
from celery import current_app

from training import tasks
from training.models import TrainingRun

pytestmark = pytest.mark.django_db


def test_training_has_a_queue_of_its_own() -> None:
    queue = current_app.amqp.router.route({}, tasks.retrain.name)["queue"]
    assert queue.name == "training"


def test_beat_sweeps() -> None:
    assert tasks.sweep.name in {entry["task"] for entry in current_app.conf.beat_schedule.values()}


def test_a_task_for_a_cancelled_run_does_nothing() -> None:
    run = TrainingRun.objects.request({}, by=None, reason="test")
    run.cancel()
    tasks.retrain(run.pk)
    run.refresh_from_db()
    assert (run.status, run.attempt) == ("cancelled", 0)


def test_a_task_for_a_run_that_somebody_has_taken_does_nothing() -> None:
    run = TrainingRun.objects.request({}, by=None, reason="test")
    TrainingRun.objects.claim(run.pk)
    tasks.retrain(run.pk)
    run.refresh_from_db()
    assert (run.status, run.attempt) == ("running", 1)


@pytest.mark.tensorflow
@pytest.mark.django_db(transaction=True)
def test_a_run_with_an_impossible_config_fails_with_its_reason() -> None:
    run = TrainingRun.objects.request({"classes": ["unicorn"]}, by=None, reason="test")
    tasks.retrain(run.pk)
    run.refresh_from_db()
    assert run.status == "failed"
    assert "Not among the active classes: unicorn." in run.error

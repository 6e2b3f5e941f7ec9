from __future__ import annotations

import pytest
from celery import current_app

from training import tasks
from training.jobs import task_queue
from training.models import LabelSearch, TrainingRun


def test_the_names_are_those_of_the_tasks() -> None:
    assert (tasks.retrain.name, tasks.find_label_errors.name) == (task_queue.RETRAIN, task_queue.FIND_LABEL_ERRORS)


@pytest.mark.parametrize("name", [task_queue.RETRAIN, task_queue.FIND_LABEL_ERRORS])
def test_a_task_goes_to_the_queue_that_is_looked_into(name: str) -> None:
    assert current_app.amqp.router.route({}, name)["queue"].name == task_queue.QUEUE


@pytest.mark.parametrize("job", [TrainingRun(pk=1), LabelSearch(pk=1)])
def test_a_broker_that_is_away_is_only_logged(job: TrainingRun | LabelSearch, caplog: pytest.LogCaptureFixture) -> None:
    """The tests' settings point at a Redis that was never started."""
    task_queue.send_task(task_queue.RETRAIN, job)
    assert f"Cannot send {job} yet" in caplog.text

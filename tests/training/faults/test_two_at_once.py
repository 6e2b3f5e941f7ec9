"""Two administrators press the button at the same moment; one run starts, on every database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from training.jobs import run_service
from training.models import AlreadyOpen, TrainingRun

PRESSES = 6


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_together_one_starts_a_run_and_the_others_hear_of_it() -> None:
    ready = threading.Barrier(PRESSES)

    def press(_: int) -> TrainingRun | AlreadyOpen:
        ready.wait()
        try:
            return run_service.start_run({}, by=None, reason="by hand")
        except AlreadyOpen as already:
            return already
        finally:
            connection.close()

    with ThreadPoolExecutor(PRESSES) as admins:
        answers = list(admins.map(press, range(PRESSES)))
    run = TrainingRun.objects.get()
    assert answers.count(run) == 1
    assert all(answer.run == run for answer in answers if isinstance(answer, AlreadyOpen))


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_who_take_a_run_together_one_gets_it() -> None:
    run = TrainingRun.objects.request({}, by=None, reason="test")
    ready = threading.Barrier(PRESSES)

    def take(_: int) -> TrainingRun | None:
        ready.wait()
        try:
            return TrainingRun.objects.claim(run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(PRESSES) as workers:
        taken = [one for one in workers.map(take, range(PRESSES)) if one]
    assert [one.attempt for one in taken] == [1]

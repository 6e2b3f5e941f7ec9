"""Starts runs, by hand or by schedule, and recovers runs whose worker or message was lost."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from recognition.models import Drawing
from recognition.models.drawing import stored_since
from training.config import InvalidConfig, TrainingConfig
from training.jobs import task_queue
from training.jobs.repetition import config_like
from training.models import AlreadyOpen, Checkpoint, TrainingRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


def start_run(config: object, *, by: User | None, reason: str) -> TrainingRun:
    """Queue a run and send it to the workers after the transaction commits.

    Raises InvalidConfig, or AlreadyOpen if another run is queued or running.
    """
    run = TrainingRun.objects.request(TrainingConfig.from_dict(config).to_dict(), by=by, reason=reason)
    transaction.on_commit(partial(send_run, run))
    return run


def repeat_run(run: TrainingRun, *, by: User | None) -> TrainingRun:
    """Queue a repetition of a run, like `start_run`. Raises CannotRepeat, InvalidConfig, AlreadyOpen."""
    config = config_like(run).to_dict()
    repetition = TrainingRun.objects.request(config, by=by, reason=f"repeats {run}", repeats=run)
    transaction.on_commit(partial(send_run, repetition))
    return repetition


def send_run(run: TrainingRun) -> None:
    task_queue.send_task(task_queue.RETRAIN, run)


def sweep_runs() -> None:
    """Queue runs again whose worker died, and send queued runs again whose message was lost.

    Deletes the checkpoints of all runs that have ended, however they ended.
    """
    TrainingRun.objects.requeue_dead()
    Checkpoint.objects.of_ended_runs().delete()
    for run in TrainingRun.objects.queued():
        # While messages wait, this run's may be among them. Once the queue is empty, it was lost.
        if not task_queue.has_messages():
            send_run(run)


def start_run_if_due(*, drawings: int, config: object) -> TrainingRun | None:
    """Start a run if enough drawings were accepted since the last run that learnt from drawings.

    Returns None if there are too few drawings, a run is open, or the last run failed and nothing is new since. An
    invalid config leaves a failed run with the error.
    """
    accepted = accepted_since_last_run()
    last = TrainingRun.objects.first()
    is_repetition = last and last.status == TrainingRun.Status.FAILED and not _accepted_since(last).exists()
    if accepted < drawings or (drawings and is_repetition):
        return None
    reason = f"{accepted} newly accepted drawings" if drawings else "schedule"
    try:
        return start_run(config, by=None, reason=reason)
    except AlreadyOpen as already:
        logger.info("Not starting on %s: %s", reason, already)
    except InvalidConfig as error:
        TrainingRun.objects.create(
            status=TrainingRun.Status.FAILED, reason=reason, error=str(error), finished_at=timezone.now()
        )
    return None


def accepted_since_last_run() -> int:
    """Count the accepted drawings that are new or were labelled again since the last run that learnt from drawings.

    A run that failed or was cancelled has not, nor has one that only judged a version: its manifest is empty.
    """
    ended_early = (TrainingRun.Status.FAILED, TrainingRun.Status.CANCELLED)
    learnt = TrainingRun.objects.exclude(status__in=ended_early).exclude(
        status=TrainingRun.Status.SUCCEEDED, manifest={}
    )
    return _accepted_since(learnt.first()).count()


def _accepted_since(run: TrainingRun | None) -> QuerySet[Drawing]:
    """Return the accepted drawings that are new or were labelled again since a run; all of them without a run."""
    accepted = Drawing.objects.accepted()
    if run is None:
        return accepted
    new = stored_since(run.created_at) | Q(feedback__updated_at__gt=run.created_at)
    return accepted.filter(new).distinct()

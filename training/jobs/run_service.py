"""Starting runs, and seeing to it that none is lost."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from recognition.models import Drawing
from training.config import InvalidConfig, TrainingConfig
from training.models import AlreadyOpen, Checkpoint, TrainingRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

QUEUE = "training"


def start(config: object, *, by: User | None, reason: str) -> TrainingRun:
    """Queue a run and, once that is committed, send it to the workers.

    Raises InvalidConfig, or AlreadyOpen when a run is queued or running.
    """
    run = TrainingRun.objects.request(TrainingConfig.from_dict(config).to_dict(), by=by, reason=reason)
    transaction.on_commit(partial(send, run))
    return run


def send(run: TrainingRun) -> None:
    """Send a queued run to the workers; when the broker is away, the sweeper does it later."""
    from training.tasks import retrain

    try:
        retrain.delay(run.pk)
    except BrokerError as error:
        logger.warning("Cannot send %s yet: %s", run, error)


def sweep() -> None:
    """Take up again what died, and send again what is queued but got lost on its way to a worker.

    However a run ended, by its worker, by somebody who cancelled it or for having died too often, its checkpoint goes.
    """
    TrainingRun.objects.requeue_dead()
    Checkpoint.objects.of_ended_runs().delete()
    for run in TrainingRun.objects.queued():
        if not _messages_waiting():
            send(run)


def start_if_due(*, drawings: int, config: object) -> TrainingRun | None:
    """Start a run if that many drawings were accepted since the last one was asked for, however that one ended.

    Nothing is due while a run is open. A config that has become impossible leaves a failed run that says so.
    """
    accepted = accepted_since_last_run()
    if accepted < drawings:
        return None
    reason = f"{accepted} newly accepted drawings" if drawings else "schedule"
    try:
        return start(config, by=None, reason=reason)
    except AlreadyOpen as already:
        logger.info("Not starting on %s: %s", reason, already)
    except InvalidConfig as error:
        TrainingRun.objects.create(
            status=TrainingRun.Status.FAILED, reason=reason, error=str(error), finished_at=timezone.now()
        )
    return None


def accepted_since_last_run() -> int:
    """Count the accepted drawings that are new, or that somebody labelled anew, since the last run was asked for."""
    accepted = Drawing.objects.accepted()
    last = TrainingRun.objects.first()
    if last is None:
        return accepted.count()
    new = Q(created_at__gt=last.created_at) | Q(feedback__updated_at__gt=last.created_at)
    return accepted.filter(new).distinct().count()


def _messages_waiting() -> int:
    with current_app.connection_for_write() as connection:
        count: int = connection.default_channel.queue_declare(QUEUE).message_count
        return count

"""A worker's side of a run: stores how it ended, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from recognition.infra.log_context import bound_log_fields
from training.db_retry import DB_OUTAGE_ERRORS
from training.jobs.heartbeat import heartbeat
from training.models import LostLease, TrainingRun

logger = logging.getLogger(__name__)


@contextmanager
def tracked_run(run: TrainingRun) -> Iterator[None]:
    """Send heartbeats for a claimed run while the body works, then end it as succeeded or failed.

    Swallows every exception. A run that was cancelled or taken over is left alone. So is a run whose database stays
    unreachable: the sweep finds it dead and queues it again.
    """
    with bound_log_fields(run=run.pk):
        try:
            logger.info("Working on %s, attempt %s.", run, run.attempt)
            with heartbeat(run):
                yield
            run.end(TrainingRun.Status.SUCCEEDED)
            logger.info("%s succeeded.", run)
        except LostLease as lost:
            logger.info("Stopped %s: %s", run, lost)
        except DB_OUTAGE_ERRORS:
            logger.exception("Left %s to the sweeper.", run)
        except Exception as error:  # whatever went wrong, the run must not stay "running"
            logger.exception("%s failed.", run)
            _fail(run, error)


def _fail(run: TrainingRun, error: Exception) -> None:
    try:
        run.end(TrainingRun.Status.FAILED, error=f"{type(error).__name__}: {error}")
    except (LostLease, *DB_OUTAGE_ERRORS):
        logger.exception("Cannot say so in %s.", run)

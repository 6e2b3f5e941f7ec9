"""A worker's sign of life, also through stages that write nothing for minutes, and its ear for being called off."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from types import FrameType

from django.conf import settings
from django.db import connection

from training.db_retry import DB_OUTAGE_ERRORS
from training.models import LostLease, TrainingRun

logger = logging.getLogger(__name__)


@contextmanager
def heartbeat(run: TrainingRun) -> Iterator[None]:
    """Keep the run alive while the body works; call from the main thread.

    Raises LostLease in the middle of the body, whatever it is doing, within seconds after the run was cancelled or
    taken over.
    """
    before = signal.signal(signal.SIGUSR2, _call_off)
    stopped = threading.Event()
    beat = partial(copy_context().run, _beat, run, stopped)  # its lines in the log are of this run, too
    thread = threading.Thread(target=beat, name=f"heartbeat of {run}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        signal.signal(signal.SIGUSR2, before)


def _beat(run: TrainingRun, stopped: threading.Event) -> None:
    while not stopped.wait(settings.TRAINING_HEARTBEAT_EVERY):
        try:
            run.record_heartbeat()
        except LostLease:
            # A thread cannot raise in another one; a signal's handler runs in the main thread.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR2)
            break
        except DB_OUTAGE_ERRORS as error:
            logger.warning("No heartbeat of %s, the database is away: %s", run, error)
            connection.close()
    connection.close()


def _call_off(signal_number: int, frame: FrameType | None) -> None:
    raise LostLease("The run was taken over or ended.")

"""A worker's heartbeat, sent from a thread, also during stages that write nothing for minutes."""

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
    """Send heartbeats for the run while the body works. Must be called from the main thread.

    Interrupts the body with LostLease within seconds after the run was cancelled or taken over.
    """
    previous_handler = signal.signal(signal.SIGUSR2, _raise_lost_lease)
    stopped = threading.Event()
    # The copied context adds the run to the thread's log lines.
    target = partial(copy_context().run, _send_heartbeats, run, stopped)
    thread = threading.Thread(target=target, name=f"heartbeat of {run}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        signal.signal(signal.SIGUSR2, previous_handler)


def _send_heartbeats(run: TrainingRun, stopped: threading.Event) -> None:
    while not stopped.wait(settings.TRAINING_HEARTBEAT_EVERY):
        try:
            run.record_heartbeat()
        except LostLease:
            # A thread cannot raise in another thread, but a signal handler runs in the main thread.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR2)
            break
        except DB_OUTAGE_ERRORS as error:
            logger.warning("No heartbeat of %s, the database is away: %s", run, error)
            connection.close()
    connection.close()


def _raise_lost_lease(signal_number: int, frame: FrameType | None) -> None:
    raise LostLease("The run was taken over or ended.")

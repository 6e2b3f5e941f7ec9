"""What a training worker does while the database is away: it waits, as long as its run is not yet taken for dead."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)

RETRY_EVERY = 0.5  # seconds

OUTAGE = (OperationalError, InterfaceError)  # the database is away or locked; other errors are ours


def retry_on_db_outage(function: Callable[P, R]) -> Callable[P, R]:
    """Try again while the database is away, for as long as a run may be silent. Raises OUTAGE after that.

    Inside a transaction nothing can be tried again: it is lost with the connection, and whoever opened it hears of it.
    """

    @functools.wraps(function)
    def patient(*args: P.args, **kwargs: P.kwargs) -> R:
        give_up_at = time.monotonic() + settings.TRAINING_DEAD_AFTER
        while True:
            try:
                return function(*args, **kwargs)
            except OUTAGE as error:
                if connection.in_atomic_block or time.monotonic() > give_up_at:
                    raise
                logger.warning("The database is away, trying again: %s", error)
                connection.close()
                time.sleep(RETRY_EVERY)

    return patient

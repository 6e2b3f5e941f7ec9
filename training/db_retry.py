"""Retries for training workers while the database is away, until their run would count as dead."""

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

RETRY_SECONDS = 0.5

DB_OUTAGE_ERRORS = (OperationalError, InterfaceError)  # away or locked; other errors are bugs


def retry_on_db_outage(function: Callable[P, R]) -> Callable[P, R]:
    """Retry a function while the database is away, for TRAINING_DEAD_AFTER seconds. Then raises DB_OUTAGE_ERRORS.

    Inside a transaction it raises at once: the transaction is lost with the connection, and its caller must know.
    """

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        give_up_at = time.monotonic() + settings.TRAINING_DEAD_AFTER
        while True:
            try:
                return function(*args, **kwargs)
            except DB_OUTAGE_ERRORS as error:
                if connection.in_atomic_block or time.monotonic() > give_up_at:
                    raise
                logger.warning("The database is away, trying again: %s", error)
                connection.close()
                time.sleep(RETRY_SECONDS)

    return wrapper

"""A single background thread; callers wait at most `timeout` seconds for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from django.db import close_old_connections

logger = logging.getLogger(__name__)


class BackgroundTask:
    """Runs one function at a time in a thread of its own, which has its own database connection."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="background")
        self._free = threading.Lock()

    def run(self, function: Callable[[], object], timeout: float) -> None:
        """Run a function; return when it has ended, or after `timeout` seconds while it continues.

        Returns at once, without running the function, while the thread is busy.
        """
        if self._free.acquire(blocking=False):
            wait([self._thread.submit(self._run, function)], timeout)

    def _run(self, function: Callable[[], object]) -> None:
        try:
            close_old_connections()  # as a request does
            function()
        except Exception:  # the thread must survive, and the error is reported nowhere else
            logger.exception("Cannot do something aside.")
        finally:
            self._free.release()

"""Work that whoever asks waits for only a moment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from django.db import close_old_connections

logger = logging.getLogger(__name__)


class BackgroundTask:
    """Does one thing at a time in a thread of its own, which has a connection to the database of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._free = threading.Lock()

    def do(self, what: Callable[[], object], patience: float) -> None:
        """Have it done; come back when it is, or after `patience` seconds while it goes on.

        While the thread is busy nothing is done, and nobody waits.
        """
        if self._free.acquire(blocking=False):
            wait([self._thread.submit(self._do, what)], patience)

    def _do(self, what: Callable[[], object]) -> None:
        try:
            close_old_connections()  # as a request does
            what()
        except Exception:  # the thread must outlive it, and nobody else would hear of it
            logger.exception("Cannot do something aside.")
        finally:
            self._free.release()

"""A lock that queues the writers of one SQLite database, across threads and processes.

It is a lock on a file, flock(2): when a process dies, the kernel releases it.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from functools import cache

from django.db import OperationalError

POLL_SECONDS = 0.0002  # a fifth of what storing a drawing takes; at most one thread of a process polls


class WriterLock:
    """Held by one thread at a time, among all processes that name the same file."""

    @staticmethod
    def at(path: str) -> WriterLock:
        """Return the lock that the threads of this process share; a child process gets its own."""
        return _writer_lock(path, os.getpid())

    def __init__(self, path: str) -> None:
        self._thread_lock = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, mode=0o600)

    def acquire(self, timeout: float) -> None:
        """Wait for the lock for at most `timeout` seconds. Raises OperationalError with SQLite's own message."""
        deadline = time.monotonic() + timeout
        if not self._thread_lock.acquire(timeout=timeout):
            raise OperationalError("database is locked")
        try:
            self._wait_for_other_processes(deadline)
        except BaseException:
            self._thread_lock.release()
            raise

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._thread_lock.release()

    def _wait_for_other_processes(self, deadline: float) -> None:
        while True:
            try:
                return fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise OperationalError("database is locked") from None
                time.sleep(POLL_SECONDS)


@cache
def _writer_lock(path: str, process: int) -> WriterLock:
    return WriterLock(path)

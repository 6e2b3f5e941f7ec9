"""Whose turn it is: a lock on a file, which the kernel takes back from a process that dies."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from functools import cache

from django.db import OperationalError

LOOK_EVERY = 0.0002  # seconds, a fifth of what storing a drawing takes; at most one thread of a process looks


class Turn:
    """Given to one thread at a time, among all processes that name the same file."""

    @staticmethod
    def at(path: str) -> Turn:
        """Return the turn that this process takes part in; a child process has one of its own."""
        return _turn(path, os.getpid())

    def __init__(self, path: str) -> None:
        self._threads = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, mode=0o600)

    def take(self, patience: float) -> None:
        """Wait for the turn, for at most `patience` seconds. Raises OperationalError, in SQLite's words."""
        deadline = time.monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            raise OperationalError("database is locked")
        try:
            self._wait_for_other_processes(deadline)
        except BaseException:
            self._threads.release()
            raise

    def pass_on(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def _wait_for_other_processes(self, deadline: float) -> None:
        while True:
            try:
                return fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise OperationalError("database is locked") from None
                time.sleep(LOOK_EVERY)


@cache
def _turn(path: str, process: int) -> Turn:
    return Turn(path)

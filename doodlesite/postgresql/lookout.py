"""Who looks for a server that may be lost: one thread of a process at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.db import OperationalError

MOMENT = 1.0  # seconds; connecting takes a hundredth of that


class Lookout:
    """Threads connect one after the other. Nobody waits for more than a moment, nor at all while the server is lost."""

    @staticmethod
    def at(server: str) -> Lookout:
        """Return what the threads of this process share; a child process has one of its own."""
        return _lookout(server, os.getpid())

    def __init__(self) -> None:
        self._is_lost = False
        self._turn = threading.Lock()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Connect in the body. Raises OperationalError when another thread is at it and does not come to an end."""
        if not self._turn.acquire(timeout=0 if self._is_lost else MOMENT):
            raise OperationalError("The database cannot be reached; another thread is looking for it.")
        try:
            yield
            self._is_lost = False
        except Exception:
            self._is_lost = True
            raise
        finally:
            self._turn.release()


@cache
def _lookout(server: str, process: int) -> Lookout:
    return Lookout()

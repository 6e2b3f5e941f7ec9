"""A circuit breaker for a server that may be lost: one thread of a process connects at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.db import OperationalError

WAIT_SECONDS = 1.0  # connecting takes a hundredth of that


class CircuitBreaker:
    """Lets one thread connect at a time.

    The others wait for at most WAIT_SECONDS, and not at all while the server is lost.
    """

    @staticmethod
    def at(server: str) -> CircuitBreaker:
        """Return the circuit breaker that the threads of this process share; a child process gets its own."""
        return _circuit_breaker(server, os.getpid())

    def __init__(self) -> None:
        self._is_lost = False
        self._lock = threading.Lock()

    @contextmanager
    def connecting(self) -> Iterator[None]:
        """Connect in the body. Raises OperationalError if another thread is trying and does not succeed in time."""
        if not self._lock.acquire(timeout=0 if self._is_lost else WAIT_SECONDS):
            raise OperationalError("The database cannot be reached; another thread is looking for it.")
        try:
            yield
            self._is_lost = False
        except Exception:
            self._is_lost = True
            raise
        finally:
            self._lock.release()


@cache
def _circuit_breaker(server: str, process: int) -> CircuitBreaker:
    return CircuitBreaker()

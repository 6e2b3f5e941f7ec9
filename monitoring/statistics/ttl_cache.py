"""Caches the result of a function for some seconds, however many callers ask for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Generic, TypeVar

T = TypeVar("T")


class TTLCached(Generic[T]):
    """A function without arguments whose result is cached in this process.

    A lock is held while the function runs, so that concurrent callers share one result.
    """

    def __init__(self, compute: Callable[[], T], ttl_seconds: float) -> None:
        self._compute, self._ttl_seconds = compute, ttl_seconds
        self._lock = threading.Lock()
        self.cache_clear()

    def cache_clear(self) -> None:
        self._cached: tuple[float, T] | None = None  # when it was computed, and the result

    def __call__(self) -> T:
        with self._lock:
            if self._cached is None or time.monotonic() - self._cached[0] >= self._ttl_seconds:
                self._cached = time.monotonic(), self._compute()
            return self._cached[1]


def cached_for(ttl_seconds: float) -> Callable[[Callable[[], T]], TTLCached[T]]:
    """Decorate a function without arguments: its result is computed at most once in `ttl_seconds`."""

    def decorate(compute: Callable[[], T]) -> TTLCached[T]:
        return wraps(compute)(TTLCached(compute, ttl_seconds))  # type: ignore[return-value]

    return decorate

"""Figures are computed anew only now and then, however many ask for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """A function's answer, kept for some seconds in this process. Who asks meanwhile waits for nobody's queries."""

    def __init__(self, compute: Callable[[], T], seconds: float) -> None:
        self._compute, self._seconds = compute, seconds
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._answer: tuple[float, T] | None = None

    def __call__(self) -> T:
        with self._lock:
            if self._answer is None or time.monotonic() - self._answer[0] >= self._seconds:
                self._answer = time.monotonic(), self._compute()
            return self._answer[1]


def kept_for(seconds: float) -> Callable[[Callable[[], T]], Kept[T]]:
    def keep(compute: Callable[[], T]) -> Kept[T]:
        return wraps(compute)(Kept(compute, seconds))  # type: ignore[return-value]

    return keep

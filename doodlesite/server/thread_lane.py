"""Threads, and how long a request has to wait for one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

FEW = 8  # waiting requests are no crowd, however slow a machine is: a browser alone may send six
WEIGHT = 0.05  # of the latest request in how long one takes


class Lane:
    """Requests are begun in the order in which they came."""

    def __init__(self, threads: int) -> None:
        self.pool = ThreadPoolExecutor(threads)
        self._threads = threads
        self._since: deque[float] = deque()
        self._takes = 0.0  # seconds, lately and on average

    def submit(self, answer: Callable[[float], Any]) -> Future[Any]:
        """Have a thread call `answer` with the seconds that it waited in a crowd."""
        self._since.append(time.monotonic())
        return self.pool.submit(self._answer, answer)

    def wait(self) -> float:
        """Return the seconds that a request will wait which comes now; 0 while there is no crowd.

        That is what those before it take; but never less than the first of them has waited already, as what they
        take is only known once they are done.
        """
        crowd = len(self._since)
        if crowd < FEW:
            return 0.0
        return max(crowd * self._takes / self._threads, time.monotonic() - self._since[0])

    def _answer(self, answer: Callable[[float], Any]) -> Any:
        is_crowd = len(self._since) >= FEW
        begun = time.monotonic()
        waited = begun - self._since.popleft()
        try:
            return answer(waited if is_crowd else 0.0)
        finally:
            self._takes += WEIGHT * (time.monotonic() - begun - self._takes)

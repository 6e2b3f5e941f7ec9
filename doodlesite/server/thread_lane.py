"""A thread pool that knows how long a request waits for a thread."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

CROWD_REQUESTS = 8  # fewer waiting requests are no crowd, even on a slow machine: one browser may send six
AVERAGE_WEIGHT = 0.05  # of the latest request in the moving average of service times


class ThreadLane:
    """Starts requests in the order in which they arrived."""

    def __init__(self, threads: int) -> None:
        self.pool = ThreadPoolExecutor(threads)
        self._threads = threads
        self._since: deque[float] = deque()
        self._takes = 0.0  # seconds, moving average

    def submit(self, answer: Callable[[float], Any]) -> Future[Any]:
        """Have a thread call `answer` with the seconds that the request waited in a crowd."""
        self._since.append(time.monotonic())
        return self.pool.submit(self._answer, answer)

    def wait(self) -> float:
        """Return the seconds that a request arriving now will wait; 0 while there is no crowd.

        The estimate adds up the requests before it. It is never less than the first of them has waited already,
        because service times are only known afterwards.
        """
        crowd = len(self._since)
        if crowd < CROWD_REQUESTS:
            return 0.0
        return max(crowd * self._takes / self._threads, time.monotonic() - self._since[0])

    def _answer(self, answer: Callable[[float], Any]) -> Any:
        is_crowd = len(self._since) >= CROWD_REQUESTS
        begun = time.monotonic()
        waited = begun - self._since.popleft()
        try:
            return answer(waited if is_crowd else 0.0)
        finally:
            self._takes += AVERAGE_WEIGHT * (time.monotonic() - begun - self._takes)

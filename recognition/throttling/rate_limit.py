"""How often one person, program or address may do something.

API_RATES says it for each person or program, ADDRESS_RATES for all the people behind one address together.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.conf import settings
from redis.exceptions import RedisError

from recognition.throttling.counters import Counter, Limit, LocalCounter, RedisCounter

logger = logging.getLogger(__name__)

REST_AFTER_FAILURE = 5.0  # seconds that an unreachable Redis is left alone

Answer = TypeVar("Answer")


class RateLimiter:
    """Counts in Redis, which all web processes share; while that is away, in this process alone.

    Not to count would leave the site open to whoever brings Redis down, and to refuse would take it down as well. So
    each process lets through what all of them together should: never unlimited, and nobody is held up.
    """

    def __init__(self) -> None:
        self._redis: RedisCounter | None = None
        self._local = LocalCounter()
        self._resting_until = float("-inf")
        self._lost = False

    def count(self, limits: Sequence[Limit]) -> float:
        """Count a request against all limits and return 0; if one is spent, against none, and say how long to wait."""
        return self._ask(lambda counter: counter.count(limits))

    def pseudonym(self, address: str) -> bytes:
        """Return what stands for an address today: 32 bytes that tell nobody anything once the day is over."""
        return self._ask(lambda counter: counter.pseudonym(address))

    def _ask(self, question: Callable[[Counter], Answer]) -> Answer:
        if time.monotonic() < self._resting_until:
            return question(self._local)
        if self._redis is None:
            self._redis = RedisCounter(settings.REDIS_URL)
        try:
            answer = question(self._redis)
        except (RedisError, OSError) as error:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE
            if not self._lost:
                logger.warning("Each process counts for itself until Redis can be reached again: %s", error)
            self._lost = True
            return question(self._local)
        self._lost = False
        return answer


_counter = RateLimiter()


def seconds_to_wait(scope: str, person: str | None, address: str | None) -> float:
    """Count something that somebody does; return 0, or how long they have to wait because it was too often.

    A `person` stands for somebody known, "contributor:…" or "token:…". Whoever is not known has the allowance of one
    person together with all unknown ones behind the same address.
    """
    limits = []
    if each := settings.API_RATES.get(scope):
        if person is not None:
            limits.append(Limit(scope, person, False, *each))
        elif address is not None:
            limits.append(Limit(f"{scope}:unknown", address, True, *each))
    if address is not None and (together := settings.ADDRESS_RATES.get(scope)):
        limits.append(Limit(scope, address, True, *together))
    return _counter.count(limits) if limits else 0.0


def pseudonym(address: str) -> bytes:
    """Return what stands for an address today: 32 bytes that tell nobody anything once the day is over."""
    return _counter.pseudonym(address)

"""Rate limits: how often a person, a program or an address may do something.

The setting API_RATES holds the limits of each person or program, ADDRESS_RATES those of all people at one address.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.conf import settings
from redis.exceptions import RedisError

from recognition.throttling.counters import DAY_SECONDS, HitCounter, LocalCounter, RateLimit, RedisCounter

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5.0  # until an unreachable Redis is tried again

Result = TypeVar("Result")


class RateLimiter:
    """Counts in Redis, which all web processes share; while Redis is down, in this process alone.

    Without Redis each process applies the whole limit by itself. Not counting would let attackers switch limits off by
    bringing Redis down, and refusing requests would take the site down as well.
    """

    def __init__(self) -> None:
        self._redis: RedisCounter | None = None
        self._local = LocalCounter()
        self._retry_at = float("-inf")
        self._is_down = False

    def hit(self, limits: Sequence[RateLimit], cost: int = 1) -> float:
        """Count `cost` hits against all limits, and return 0.

        If any limit is exhausted, count them against none, and return the seconds to wait.
        """
        return self._try(lambda counter: counter.hit(limits, cost))

    def pseudonym(self, address: str) -> bytes:
        """Return a pseudonym of an address: 32 bytes that cannot be linked to it once the day is over."""
        return self._try(lambda counter: counter.pseudonym(address))

    def _try(self, operation: Callable[[HitCounter], Result]) -> Result:
        """Perform an operation on Redis' counter, or on this process's while Redis is down."""
        if time.monotonic() < self._retry_at:
            return operation(self._local)
        if self._redis is None:
            self._redis = RedisCounter(settings.REDIS_URL)
        try:
            result = operation(self._redis)
        except (RedisError, OSError) as error:
            self._retry_at = time.monotonic() + RETRY_SECONDS
            if not self._is_down:
                logger.warning("Each process counts for itself until Redis can be reached again: %s", error)
            self._is_down = True
            return operation(self._local)
        self._is_down = False
        return result


_counter = RateLimiter()


def seconds_to_wait(scope: str, person: str | None, address: str | None, *, cost: int = 1) -> float:
    """Count a request, and return 0; if a limit is exhausted, return the seconds to wait instead.

    cost: as how many requests, or in the scope's own unit, it counts.
    person: the identity of a known person, "contributor:…" or "token:…". All unknown people at one address share the
    allowance of one person.
    """
    limits = _limits(scope, person, address)
    return _counter.hit(limits, cost) if limits else 0.0


def add_cost(scope: str, person: str | None, address: str | None, cost: int) -> None:
    """Count `cost` more for a request that `seconds_to_wait` has let pass, however much it is."""
    if limits := _limits(scope, person, address):
        _counter.hit([limit._replace(max_hits=sys.maxsize) for limit in limits], cost)


def _limits(scope: str, person: str | None, address: str | None) -> list[RateLimit]:
    limits = []
    if rate := settings.API_RATES.get(scope):
        if person is not None:
            limits.append(RateLimit(scope, person, False, *rate))
        elif address is not None:
            limits.append(RateLimit(f"{scope}:unknown", address, True, *rate))
    if address is not None and (address_rate := settings.ADDRESS_RATES.get(scope)):
        limits.append(RateLimit(scope, address, True, *address_rate))
    return limits


def is_first_today(event: str, address: str) -> bool:
    """Tell whether something comes from an address for the first time today, and remember that it came."""
    return not _counter.hit([RateLimit(event, address, True, 1, DAY_SECONDS)])


def pseudonym(address: str) -> bytes:
    """Return a pseudonym of an address: 32 bytes that cannot be linked to it once the day is over."""
    return _counter.pseudonym(address)

"""Counters of requests for rate limits: in Redis for all processes, or in this process alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

DAY_SECONDS = 24 * 60 * 60  # seconds
MAX_KEYS = 100_000  # in one process: about 20 MB


class RateLimit(NamedTuple):
    """At most `max_hits` within a window, for one person, program or address.

    A hit is a request, or what it costs in some unit: the last one may exceed the limit, so that any cost can be paid.
    """

    scope: str
    identity: str
    is_address: bool
    max_hits: int
    window_seconds: int

    def key(self, salt: bytes) -> str:
        """Return the counter's key, which holds an address only as a hash with the day's salt."""
        identity = pseudonym(self.identity, salt).hex()[:32] if self.is_address else self.identity
        return f"limit:{self.scope}:{identity}"


class HitCounter(Protocol):
    def hit(self, limits: Sequence[RateLimit], cost: int = 1) -> float:
        """Count `cost` hits against all limits, and return 0.

        If any limit is exhausted, count them against none, and return the seconds to wait.
        """

    def pseudonym(self, address: str) -> bytes:
        """Return the pseudonym of an address, which is valid for today."""


def pseudonym(address: str, salt: bytes) -> bytes:
    return hmac.digest(salt, address.encode(), hashlib.sha256)


class DailySalt:
    """A random salt for each day (UTC). Once it is gone, a hash cannot be traced back to its address."""

    def __init__(self) -> None:
        self._current: tuple[int, bytes] = (-1, b"")

    def today(self) -> tuple[int, bytes]:
        """Return the number of the day and its salt."""
        day, salt = self._current
        if (today := int(time.time() // DAY_SECONDS)) != day:
            day, salt = self._current = today, secrets.token_bytes(32)
        return day, salt

    def adopt(self, day: int, salt: bytes) -> None:
        self._current = day, salt


# KEYS: the key of the salt, then one for each limit. ARGV: the salt that these keys were made with, its seconds to
# live, the cost, then max_hits and window_seconds of each limit. Returns the salt in use if it differs, else the wait
# in ms.
_HIT = """
local salt = redis.call('get', KEYS[1])
if not salt then
  redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
elseif salt ~= ARGV[1] then
  return salt
end
local wait = 0
for i = 2, #KEYS do
  if tonumber(redis.call('get', KEYS[i]) or 0) >= tonumber(ARGV[2 * i]) then
    wait = math.max(wait, redis.call('pttl', KEYS[i]))
  end
end
if wait > 0 then
  return wait
end
for i = 2, #KEYS do
  if redis.call('incrby', KEYS[i], ARGV[3]) == tonumber(ARGV[3]) then
    redis.call('expire', KEYS[i], ARGV[2 * i + 1])
  end
end
return 0
"""


class RedisCounter:
    """Counts in Redis, in one atomic round trip: limits hold however many processes count at once."""

    def __init__(self, url: str, timeout_seconds: float = 0.5) -> None:
        # Counting must not delay a request: one attempt, and a second one because an idle connection may be closed.
        redis = Redis.from_url(
            url, socket_connect_timeout=timeout_seconds, socket_timeout=timeout_seconds, retry=Retry(NoBackoff(), 1)
        )
        self._hit = redis.register_script(_HIT)
        self._salt = DailySalt()

    def hit(self, limits: Sequence[RateLimit], cost: int = 1) -> float:
        while True:
            day, salt = self._salt.today()
            keys = [f"limit:salt:{day}", *(limit.key(salt) for limit in limits)]
            rates = [number for limit in limits for number in (limit.max_hits, limit.window_seconds)]
            reply = self._hit(keys, [salt, _seconds_left_of(day), cost, *rates])
            if not isinstance(reply, bytes):
                return int(reply) / 1000
            self._salt.adopt(day, reply)

    def pseudonym(self, address: str) -> bytes:
        self.hit([])  # adopts the salt that all processes share
        return pseudonym(address, self._salt.today()[1])


def _seconds_left_of(day: int) -> int:
    """Return the seconds until a day is over, and a minute more because clocks differ."""
    return max(1, int((day + 1) * DAY_SECONDS - time.time())) + 60


class LocalCounter:
    """Counts in this process alone."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}  # key → hits, and when their window ends
        self._salt = DailySalt()
        self._lock = threading.Lock()

    def hit(self, limits: Sequence[RateLimit], cost: int = 1) -> float:
        now = time.monotonic()
        _, salt = self._salt.today()
        with self._lock:
            counts = {limit.key(salt): (*self._hits_of(limit.key(salt), now), limit) for limit in limits}
            wait = max((end - now for count, end, limit in counts.values() if count >= limit.max_hits), default=0.0)
            if not wait:
                for key, (count, end, limit) in counts.items():
                    self._counts[key] = count + cost, end if count else now + limit.window_seconds
                self._make_room(now)
        return wait

    def pseudonym(self, address: str) -> bytes:
        return pseudonym(address, self._salt.today()[1])

    def _hits_of(self, key: str, now: float) -> tuple[int, float]:
        count, end = self._counts.get(key, (0, now))
        return (count, end) if end > now else (0, now)

    def _make_room(self, now: float) -> None:
        """Drop counters whose window is over, then the oldest ones if there are still too many."""
        if len(self._counts) <= MAX_KEYS:
            return
        self._counts = {key: (count, end) for key, (count, end) in self._counts.items() if end > now}
        for key in list(self._counts)[: len(self._counts) - MAX_KEYS // 2]:
            del self._counts[key]

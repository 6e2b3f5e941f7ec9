"""Counting what is limited, in Redis for all processes or in this one."""

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

DAY = 24 * 60 * 60  # seconds
MOST_KEYS = 100_000  # counted in one process: about 20 MB


class Limit(NamedTuple):
    """So many times within so many seconds, for one person, program or address."""

    scope: str
    who: str
    is_address: bool
    times: int
    seconds: int

    def key(self, salt: bytes) -> str:
        """Return under what it is counted: an address only as a hash that the day's salt makes."""
        who = pseudonym(self.who, salt).hex()[:32] if self.is_address else self.who
        return f"limit:{self.scope}:{who}"


class Counter(Protocol):
    def count(self, limits: Sequence[Limit]) -> float:
        """Count a request against all limits and return 0; if one is spent, against none, and say how long to wait."""

    def pseudonym(self, address: str) -> bytes:
        """Return what stands for an address today."""


def pseudonym(address: str, salt: bytes) -> bytes:
    return hmac.digest(salt, address.encode(), hashlib.sha256)


class DailySalt:
    """A random salt, another one each day (UTC). Where it is gone, nobody can tell what address a hash was made of."""

    def __init__(self) -> None:
        self._of: tuple[int, bytes] = (-1, b"")

    def today(self) -> tuple[int, bytes]:
        """Return the number of the day and its salt."""
        day, salt = self._of
        if (today := int(time.time() // DAY)) != day:
            day, salt = self._of = today, secrets.token_bytes(32)
        return day, salt

    def adopt(self, day: int, salt: bytes) -> None:
        self._of = day, salt


# KEYS: that of the salt, and one for each limit. ARGV: the salt that these keys were made with, its seconds to live,
# and for each limit how often and within how many seconds. Answers the salt if another one holds, else milliseconds.
_COUNT = """
local salt = redis.call('get', KEYS[1])
if not salt then
  redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
elseif salt ~= ARGV[1] then
  return salt
end
local wait = 0
for i = 2, #KEYS do
  if tonumber(redis.call('get', KEYS[i]) or 0) >= tonumber(ARGV[2 * i - 1]) then
    wait = math.max(wait, redis.call('pttl', KEYS[i]))
  end
end
if wait > 0 then
  return wait
end
for i = 2, #KEYS do
  if redis.call('incr', KEYS[i]) == 1 then
    redis.call('expire', KEYS[i], ARGV[2 * i])
  end
end
return 0
"""


class RedisCounter:
    """Counts in one round trip, which nobody else's comes between: limits hold however many processes ask at once."""

    def __init__(self, url: str, patience: float = 0.5) -> None:
        # Counting may not hold anybody up: one attempt, and one more in case that the connection had grown old.
        redis = Redis.from_url(
            url, socket_connect_timeout=patience, socket_timeout=patience, retry=Retry(NoBackoff(), 1)
        )
        self._count = redis.register_script(_COUNT)
        self._salt = DailySalt()

    def count(self, limits: Sequence[Limit]) -> float:
        while True:
            day, salt = self._salt.today()
            keys = [f"limit:salt:{day}", *(limit.key(salt) for limit in limits)]
            rates = [number for limit in limits for number in (limit.times, limit.seconds)]
            answer = self._count(keys, [salt, _rest_of(day), *rates])
            if not isinstance(answer, bytes):
                return int(answer) / 1000
            self._salt.adopt(day, answer)

    def pseudonym(self, address: str) -> bytes:
        self.count([])  # agrees on a salt
        return pseudonym(address, self._salt.today()[1])


def _rest_of(day: int) -> int:
    """Return the seconds until a day is over, with one to spare for clocks that differ."""
    return max(1, int((day + 1) * DAY - time.time())) + 60


class LocalCounter:
    """Counts in this process alone."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}  # how often, and until when that counts
        self._salt = DailySalt()
        self._lock = threading.Lock()

    def count(self, limits: Sequence[Limit]) -> float:
        now = time.monotonic()
        _, salt = self._salt.today()
        with self._lock:
            counts = {limit.key(salt): (*self._current(limit.key(salt), now), limit) for limit in limits}
            wait = max((end - now for count, end, limit in counts.values() if count >= limit.times), default=0.0)
            if not wait:
                for key, (count, end, limit) in counts.items():
                    self._counts[key] = count + 1, end if count else now + limit.seconds
                self._forget(now)
        return wait

    def pseudonym(self, address: str) -> bytes:
        return pseudonym(address, self._salt.today()[1])

    def _current(self, key: str, now: float) -> tuple[int, float]:
        count, end = self._counts.get(key, (0, now))
        return (count, end) if end > now else (0, now)

    def _forget(self, now: float) -> None:
        """Make room: what no longer counts goes, and if that is not enough, what came first."""
        if len(self._counts) <= MOST_KEYS:
            return
        self._counts = {key: kept for key, kept in self._counts.items() if kept[1] > now}
        for key in list(self._counts)[: len(self._counts) - MOST_KEYS // 2]:
            del self._counts[key]

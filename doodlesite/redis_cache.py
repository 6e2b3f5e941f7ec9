"""Django's Redis cache, counting in one round trip instead of two: every request that computes something is counted."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends import redis
from redis import Redis
from redis.typing import KeyT

# INCRBY alone would begin a new count at a key that is gone, and one that never ends.
_INCREMENT = "return redis.call('exists', KEYS[1]) == 1 and redis.call('incrby', KEYS[1], ARGV[1])"


class RedisCacheClient(redis.RedisCacheClient):
    """Keeps its connection's client, which takes as long to make as to ask."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[bool, Redis] = {}

    def get_client(self, key: KeyT | None = None, *, write: bool = False) -> Redis:
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]

    def incr(self, key: KeyT, delta: int) -> int:
        count = self.get_client(key, write=True).eval(_INCREMENT, 1, key, delta)
        if count is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(count)


class RedisCache(redis.RedisCache):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._class = RedisCacheClient

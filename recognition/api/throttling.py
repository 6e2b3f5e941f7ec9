"""How often one person, program or address may ask: counted in the cache that all web processes share."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from recognition.models import Contributor, Token

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports this module

logger = logging.getLogger(__name__)

REST_AFTER_FAILURE = 5.0  # seconds that an unreachable cache is left alone


class SharedCounter:
    """Counts in the cache, and knows when it cannot: recognition must not wait for Redis."""

    def __init__(self) -> None:
        self._resting_until = float("-inf")
        self._lost = False

    def count(self, key: str, seconds: int) -> int:
        """Return how often `key` was counted with this time; 0 while the cache cannot be reached."""
        if time.monotonic() < self._resting_until:
            return 0
        try:
            count = _increment(key, seconds)
        except (RedisError, OSError) as error:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE
            if not self._lost:
                logger.warning("Nobody is rate limited until Redis can be reached again: %s", error)
            self._lost = True
            return 0
        self._lost = False
        return count


def _increment(key: str, seconds: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # the first of its window
        cache.add(key, 0, timeout=2 * seconds)  # so long that it cannot be gone in the next line
        return cache.incr(key)


_counter = SharedCounter()


class RateThrottle(BaseThrottle):
    """Limits what changes or computes something, by API_RATES[view.throttle_scope], in windows of fixed time."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        scope = getattr(view, "throttle_scope", "")
        rate = settings.API_RATES.get(scope)
        if rate is None or request.method in SAFE_METHODS:
            return True
        limit, seconds = rate
        window, elapsed = divmod(time.time(), seconds)
        self._wait = seconds - elapsed
        return _counter.count(f"rate:{scope}:{self._who(request)}:{window:.0f}", seconds) <= limit

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self._wait

    def _who(self, request: Request) -> str:
        if isinstance(request.auth, Token):
            return f"token:{request.auth.pk}"
        if isinstance(request.auth, Contributor):
            return f"contributor:{request.auth.pk}"
        return f"user:{request.user.pk}" if request.user.is_authenticated else f"address:{self.get_ident(request)}"

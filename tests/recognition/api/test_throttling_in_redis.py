from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from pytest_django import Settings
from redis.exceptions import RedisError

from doodlesite.embedded import redis_url
from recognition.api.throttling import SharedCounter
from tests.services.site import Site, wait_until

pytestmark = pytest.mark.services


@pytest.fixture
def redis(site: Site, settings: Settings) -> Site:
    """The site with its embedded Redis running, which this process counts in."""
    backend = "doodlesite.redis_cache.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": redis_url(site.var)}}
    site.start("redis")
    wait_until(redis_answers)
    return site


def redis_answers() -> bool:
    try:
        cache.set("awake", 1)
    except RedisError:
        return False
    return True


def test_the_limit_holds_across_processes_and_threads(redis: Site) -> None:
    counters = [SharedCounter(), SharedCounter()]  # as two web processes have

    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(lambda turn: counters[turn % 2].count("key", 60), range(100)))

    assert sorted(counts) == list(range(1, 101))


def test_counts_are_forgotten_after_their_window(redis: Site) -> None:
    SharedCounter().count("key", 1)

    wait_until(lambda: cache.get("key") is None)


def test_counting_goes_on_once_redis_is_back(redis: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recognition.api.throttling.REST_AFTER_FAILURE", 0)
    counter = SharedCounter()
    redis.kill("redis")
    while_it_was_away = counter.count("key", 60)
    redis.start("redis")
    wait_until(redis_answers)

    assert while_it_was_away == 0
    assert counter.count("key", 60) == 1

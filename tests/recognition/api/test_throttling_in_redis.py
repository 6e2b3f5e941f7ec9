from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings
from redis import Redis
from redis.exceptions import RedisError

from doodlesite.config.local_secrets import redis_url
from recognition.throttling.counters import RateLimit, RedisCounter
from recognition.throttling.rate_limit import RateLimiter
from tests.services.site import Site, wait_until

pytestmark = pytest.mark.services

LIMITS = [RateLimit("drawings", "contributor:1", False, 40, 60), RateLimit("drawings", "192.0.2.1", True, 60, 60)]

# What a web process does, in a process of its own: counts as often as it can, and prints how often it passed.
PROCESS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from recognition.throttling.counters import RateLimit, RedisCounter
counter = RedisCounter(sys.argv[1])
limits = [RateLimit("drawings", sys.argv[2], False, 40, 600), RateLimit("drawings", "192.0.2.1", True, 60, 600)]
with ThreadPoolExecutor(4) as threads:
    print(sum(not wait for wait in threads.map(lambda _: counter.hit(limits), range(100))))
"""


@pytest.fixture
def redis(site: Site, settings: Settings) -> Site:
    """The site with its embedded Redis running, which this process counts in."""
    settings.REDIS_URL = redis_url(site.var)
    site.start("redis")
    wait_until(lambda: answers(settings.REDIS_URL))
    return site


def answers(url: str) -> bool:
    try:
        return bool(Redis.from_url(url).ping())
    except RedisError:
        return False


def test_limits_hold_across_processes_and_threads(redis: Site, settings: Settings) -> None:
    people = ["contributor:1", "contributor:1", "contributor:2", "contributor:2"]
    command = [sys.executable, "-c", PROCESS, settings.REDIS_URL]
    processes = [subprocess.Popen([*command, who], stdout=subprocess.PIPE) for who in people]
    passed = [int(process.communicate()[0]) for process in processes]

    assert sum(passed) == 60  # of both together, the address's
    assert passed[0] + passed[1] <= 40
    assert passed[2] + passed[3] <= 40


def test_what_is_refused_is_not_counted(redis: Site, settings: Settings) -> None:
    counter = RedisCounter(settings.REDIS_URL)
    for _ in range(70):
        counter.hit(LIMITS)

    others = [counter.hit([RateLimit("drawings", "contributor:2", False, 40, 60), LIMITS[1]]) for _ in range(21)]

    assert [wait == 0 for wait in others] == [True] * 20 + [False]
    assert 0 < others[-1] <= 60


def test_counts_are_forgotten_after_their_window(redis: Site, settings: Settings) -> None:
    counter = RedisCounter(settings.REDIS_URL)
    second = RateLimit("drawings", "contributor:1", False, 1, 1)
    assert [counter.hit([second]) == 0 for _ in range(2)] == [True, False]

    wait_until(lambda: counter.hit([second]) == 0)


def test_redis_holds_no_address_and_nothing_for_ever(redis: Site, settings: Settings) -> None:
    RedisCounter(settings.REDIS_URL).hit(LIMITS)

    server = Redis.from_url(settings.REDIS_URL)
    keys = server.keys("limit:*")
    assert len(keys) == 3
    assert not any(b"192.0.2.1" in key for key in keys)
    assert all(0 < server.ttl(key) <= 24 * 60 * 60 + 60 for key in keys)


def test_processes_agree_on_the_days_salt_also_after_redis_lost_it(redis: Site, settings: Settings) -> None:
    first, second = RedisCounter(settings.REDIS_URL), RedisCounter(settings.REDIS_URL)
    assert first.pseudonym("192.0.2.1") == second.pseudonym("192.0.2.1")
    Redis.from_url(settings.REDIS_URL).flushall()
    RedisCounter(settings.REDIS_URL).hit([])  # a third process, which makes up another

    assert first.pseudonym("192.0.2.1") == second.pseudonym("192.0.2.1")


def test_while_redis_is_away_the_process_counts_for_itself(
    redis: Site, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("recognition.throttling.rate_limit.RETRY_SECONDS", 0)
    counter = RateLimiter()
    limits = [RateLimit("drawings", "contributor:1", False, 2, 600)]
    counter.hit(limits)
    redis.kill("redis")
    while_away = [counter.hit(limits) == 0 for _ in range(3)]
    redis.start("redis")
    wait_until(lambda: answers(settings.REDIS_URL))

    assert while_away == [True, True, False]
    assert [counter.hit(limits) == 0 for _ in range(3)] == [True, True, False]


def test_no_request_is_lost_to_a_redis_that_was_restarted(redis: Site, settings: Settings) -> None:
    counter = RedisCounter(settings.REDIS_URL)
    with ThreadPoolExecutor(4) as threads:  # so many connections grow old
        list(threads.map(lambda _: counter.hit(LIMITS), range(8)))
    redis.stop("redis")
    redis.start("redis")
    wait_until(lambda: answers(settings.REDIS_URL))

    assert counter.hit(LIMITS) == 0

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from recognition.throttling import counters
from recognition.throttling.counters import DAY_SECONDS, DailySalt, LocalCounter, RateLimit


def person(times: int, who: str = "contributor:1", seconds: int = 60) -> RateLimit:
    return RateLimit("drawings", who, False, times, seconds)


def address(times: int, who: str = "192.0.2.1") -> RateLimit:
    return RateLimit("drawings", who, True, times, 60)


def test_what_is_refused_is_not_counted_against_those_behind_the_same_address() -> None:
    counter = LocalCounter()
    for _ in range(50):
        counter.hit([person(2), address(10)])

    passed = [counter.hit([person(10, "contributor:2"), address(10)]) == 0 for _ in range(9)]

    assert passed == [True] * 8 + [False]


def test_who_is_refused_is_told_how_long_to_wait() -> None:
    counter = LocalCounter()
    counter.hit([person(1, seconds=100)])

    assert 99 < counter.hit([person(1, seconds=100)]) <= 100


def test_the_allowance_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = LocalCounter()
    counter.hit([person(1)])
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert counter.hit([person(1)]) == 0


def test_no_thread_slips_through() -> None:
    counter = LocalCounter()

    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: counter.hit([person(30)]), range(200)))

    assert waits.count(0) == 30


def test_it_does_not_grow_without_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "MAX_KEYS", 100)
    counter = LocalCounter()
    for number in range(1_000):
        counter.hit([person(1, f"contributor:{number}")])

    assert len(counter._counts) <= 100
    assert counter.hit([person(1, "contributor:999")]) > 0


def test_an_address_is_counted_under_a_hash_that_changes_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    salt = DailySalt()
    _, today = salt.today()
    tomorrow_morning = time.time() + DAY_SECONDS
    monkeypatch.setattr(time, "time", lambda: tomorrow_morning)
    _, tomorrow = salt.today()

    keys = {address(1).key(today), address(1).key(tomorrow)}
    assert len(keys) == 2
    assert not any("192.0.2.1" in key for key in keys)


def test_what_costs_more_counts_more_and_the_last_request_may_be_an_expensive_one() -> None:
    counter = LocalCounter()

    assert [counter.hit([person(10)], cost) == 0 for cost in (4, 5, 40, 1)] == [True, True, True, False]

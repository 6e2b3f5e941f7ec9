from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from doodlesite.server.thread_lane import CROWD_REQUESTS, ThreadLane


@pytest.fixture
def lane() -> Iterator[ThreadLane]:
    lane = ThreadLane(1)
    yield lane
    lane.pool.shutdown()


def test_nobody_waits_where_few_do(lane: ThreadLane) -> None:
    go = threading.Event()
    requests = [
        lane.submit(lambda waited: (go.wait(), waited)[1]) for _ in range(CROWD_REQUESTS)
    ]  # one of them is begun
    assert lane.wait() == 0
    go.set()

    assert [request.result() for request in requests] == [0] * CROWD_REQUESTS


def test_who_comes_into_a_crowd_waits_at_least_as_long_as_the_first_of_it(lane: ThreadLane) -> None:
    go = threading.Event()
    started = time.monotonic()
    for _ in range(CROWD_REQUESTS + 1):
        lane.submit(lambda _: go.wait())
    while lane.wait() < 0.05:
        pass
    waited = time.monotonic() - started
    go.set()

    assert waited >= 0.05


def test_what_requests_took_lately_tells_how_long_a_crowd_will_wait(lane: ThreadLane) -> None:
    go = threading.Event()
    for _ in range(20):
        lane.submit(lambda _: time.sleep(0.02)).result()
    for _ in range(101):
        lane.submit(lambda _: go.wait())
    expected = lane.wait()
    go.set()

    assert expected > 0.5  # 100 times about 20 ms


def test_what_fails_fails_for_who_asked(lane: ThreadLane) -> None:
    with pytest.raises(ZeroDivisionError):
        lane.submit(lambda _: 1 / 0).result()

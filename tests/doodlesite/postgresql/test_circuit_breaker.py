from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import OperationalError

from doodlesite.postgresql.circuit_breaker import CircuitBreaker


class Unreachable(Exception):
    """The error of a connection to a lost server."""


@pytest.fixture
def breaker() -> CircuitBreaker:
    return CircuitBreaker()


def connect(breaker: CircuitBreaker) -> None:
    with breaker.connecting():
        pass


def fail_to_connect(breaker: CircuitBreaker) -> None:
    with pytest.raises(Unreachable), breaker.connecting():
        raise Unreachable


@contextmanager
def another_thread_connects(breaker: CircuitBreaker) -> Iterator[None]:
    """Have another thread connect while the body runs; it succeeds afterwards."""
    connecting, may_end = threading.Event(), threading.Event()

    def connect_slowly() -> None:
        with breaker.connecting():
            connecting.set()
            may_end.wait()

    with ThreadPoolExecutor(1) as threads:
        connection = threads.submit(connect_slowly)
        connecting.wait()
        try:
            yield
        finally:
            may_end.set()
        connection.result()


def test_a_thread_waits_while_another_connects(breaker: CircuitBreaker) -> None:
    with ThreadPoolExecutor(1) as threads:
        with another_thread_connects(breaker):
            waiting = threads.submit(connect, breaker)
        waiting.result()


def test_no_thread_waits_for_long(breaker: CircuitBreaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doodlesite.postgresql.circuit_breaker.WAIT_SECONDS", 0.01)
    with another_thread_connects(breaker), pytest.raises(OperationalError, match="cannot be reached"):
        connect(breaker)


def test_while_one_thread_tries_a_lost_server_the_others_fail_at_once(breaker: CircuitBreaker) -> None:
    fail_to_connect(breaker)
    with another_thread_connects(breaker), pytest.raises(OperationalError, match="cannot be reached"):
        connect(breaker)


def test_a_thread_that_failed_lets_the_next_try(breaker: CircuitBreaker) -> None:
    fail_to_connect(breaker)
    fail_to_connect(breaker)
    fail_to_connect(breaker)


def test_once_the_server_is_back_threads_wait_again(breaker: CircuitBreaker) -> None:
    fail_to_connect(breaker)
    connect(breaker)
    test_a_thread_waits_while_another_connects(breaker)

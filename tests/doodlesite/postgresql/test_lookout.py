from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import OperationalError

from doodlesite.postgresql.lookout import Lookout


class Unreachable(Exception):
    """What whoever connects to a lost server gets."""


@pytest.fixture
def lookout() -> Lookout:
    return Lookout()


def find(lookout: Lookout) -> None:
    with lookout.looking():
        pass


def lose(lookout: Lookout) -> None:
    with pytest.raises(Unreachable), lookout.looking():
        raise Unreachable


@contextmanager
def somebody_looks(lookout: Lookout) -> Iterator[None]:
    """Have another thread connect while the body runs, which works in the end."""
    looks, may_end = threading.Event(), threading.Event()

    def look() -> None:
        with lookout.looking():
            looks.set()
            may_end.wait()

    with ThreadPoolExecutor(1) as threads:
        looking = threads.submit(look)
        looks.wait()
        try:
            yield
        finally:
            may_end.set()
        looking.result()


def test_one_waits_while_another_connects(lookout: Lookout) -> None:
    with ThreadPoolExecutor(1) as threads:
        with somebody_looks(lookout):
            waiting = threads.submit(find, lookout)
        waiting.result()


def test_nobody_waits_for_long(lookout: Lookout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doodlesite.postgresql.lookout.MOMENT", 0.01)
    with somebody_looks(lookout), pytest.raises(OperationalError, match="cannot be reached"):
        find(lookout)


def test_while_one_looks_for_a_lost_server_the_others_hear_at_once_that_it_is_lost(lookout: Lookout) -> None:
    lose(lookout)
    with somebody_looks(lookout), pytest.raises(OperationalError, match="cannot be reached"):
        find(lookout)


def test_who_looks_in_vain_leaves_it_to_the_next(lookout: Lookout) -> None:
    lose(lookout)
    lose(lookout)
    lose(lookout)


def test_once_it_is_found_one_waits_again(lookout: Lookout) -> None:
    lose(lookout)
    find(lookout)
    test_one_waits_while_another_connects(lookout)

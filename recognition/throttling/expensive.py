"""A bound on answers that take 100 ms when several are made at once: many of them do not hold up the cheap ones.

In each web process one is made at a time and one more waits, so that most threads and processors stay free.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MAX_WAIT_SECONDS = 2.0
# While an expensive answer is made, threads take turns every 0.5 ms instead of 5, because a cheap answer waits for its
# turn after each of its queries.
SWITCH_SECONDS = 0.0005

_places = threading.Semaphore(2)
_turn = threading.Semaphore(1)


class TooBusy(Exception):
    """Too many expensive answers are being made; try again after a second."""


@contextmanager
def bounded() -> Iterator[None]:
    """Make an expensive answer in the body when it is its turn. Raises TooBusy."""
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        if not _turn.acquire(timeout=MAX_WAIT_SECONDS):
            raise TooBusy
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            yield
        finally:
            sys.setswitchinterval(before)
            _turn.release()
    finally:
        _places.release()

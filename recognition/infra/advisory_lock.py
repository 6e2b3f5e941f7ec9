"""Turns that all hosts of one PostgreSQL take. SQLite has one host, whose transactions take turns by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Turn(IntEnum):
    """What only one may do at a time: any numbers that no other advisory lock of the database uses."""

    PREPARE = 1868852333
    REGISTER = 1868852334


def take(turn: Turn) -> None:
    """Wait for the turn; it lasts as long as the transaction that one is in."""
    _lock("pg_advisory_xact_lock", turn)


@contextmanager
def advisory_lock(turn: Turn) -> Iterator[None]:
    """Wait for the turn, however long; it lasts as long as the body, which may make transactions of its own.

    The connection, which is what holds it, is closed at the end.
    """
    try:
        _wait_for_locks()
        _lock("pg_advisory_lock", turn)
        yield
    finally:
        connection.close()


def _wait_for_locks() -> None:
    """Let this connection wait as long as it takes; requests give up after some seconds."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")


def _lock(function: str, turn: Turn) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [turn.value])

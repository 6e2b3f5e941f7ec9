"""Advisory locks between all hosts of one PostgreSQL.

On SQLite they do nothing: it has one host, and its write transactions exclude each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class LockKey(IntEnum):
    """Arbitrary numbers that no other advisory lock of the database uses."""

    PREPARE = 1868852333
    REGISTER = 1868852334
    PROMOTE = 1868852335


def lock_for_transaction(key: LockKey) -> None:
    """Wait for the lock, and hold it until the current transaction ends."""
    _lock("pg_advisory_xact_lock", key)


@contextmanager
def advisory_lock(key: LockKey) -> Iterator[None]:
    """Wait for the lock without a time limit, and hold it for the body, which may contain transactions.

    The connection holds the lock, so it is closed at the end.
    """
    try:
        _disable_lock_timeout()
        _lock("pg_advisory_lock", key)
        yield
    finally:
        connection.close()


def _disable_lock_timeout() -> None:
    """Let this connection wait without a limit; those of requests give up after some seconds."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")


def _lock(function: str, key: LockKey) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [key.value])

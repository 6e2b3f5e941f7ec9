from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import ConnectionHandler, IntegrityError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from doodlesite.sqlite3.writer_lock import WriterLock
from recognition.models import DoodleClass

pytestmark = pytest.mark.django_db(transaction=True)


def test_writers_that_come_at_once_all_get_the_lock() -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_class, range(80)))

    assert DoodleClass.objects.filter(name__startswith="thing ").count() == 80


def test_a_transaction_that_fails_releases_the_lock() -> None:
    add_class(1)
    with pytest.raises(IntegrityError):
        add_class(1)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(add_class, 2).result()


def test_a_connection_that_is_closed_in_a_transaction_releases_the_lock() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        connection.close()
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as threads:
        threads.submit(add_class, 1).result()


def test_a_writer_that_got_no_lock_does_not_release_anothers(tmp_path: Path) -> None:
    options = {"transaction_mode": "IMMEDIATE", "timeout": 0.05}
    database = {"ENGINE": "doodlesite.sqlite3", "NAME": tmp_path / "db.sqlite3", "OPTIONS": options}
    connections = ConnectionHandler({"default": database})
    holder, late = connections.create_connection("default"), connections.create_connection("default")
    begin(holder)
    with pytest.raises(OperationalError):
        begin(late)

    late.close()

    with pytest.raises(OperationalError):
        WriterLock.at(f"{tmp_path / 'db.sqlite3'}-turn").acquire(timeout=0)
    holder.rollback()
    holder.close()


def begin(connection: BaseDatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def add_class(number: int) -> None:
    try:
        with transaction.atomic():
            DoodleClass.objects.create(name=f"thing {number}")
    finally:
        if not connection.in_atomic_block:
            connection.close()

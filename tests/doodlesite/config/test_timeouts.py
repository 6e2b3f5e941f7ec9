"""Servers that say nothing: they accept a connection, or are lost in the middle of one."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerError

from doodlesite.config import timeouts
from tests.chaos.network_proxy import NetworkProxy, drop_packets
from tests.chaos.postgres import Postgres
from tests.services.site import free_port, wait_until


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[NetworkProxy]:
    """A proxy to a PostgreSQL."""
    (folder,) = parse_qs(urlsplit(postgres_url).query)["host"]
    with closing(NetworkProxy(Path(folder) / ".s.PGSQL.5432")) as proxy:
        yield proxy


@contextmanager
def own_postgres() -> Iterator[int]:
    """Yield the port of a PostgreSQL that listens on one."""
    with tempfile.TemporaryDirectory(prefix="doodlesite-postgres-") as folder:
        Path(folder).chmod(0o755)  # for the user that it runs as
        server = Postgres(Path(folder), port := free_port())
        server.start()
        try:
            wait_until(lambda: accepts_connections(port))
            yield port
        finally:
            server.stop()


def connect(port: int, lock_timeout: float = 5.0) -> psycopg.Connection:
    url = f"postgres://postgres@127.0.0.1:{port}/postgres"
    return psycopg.connect(url, autocommit=True, **timeouts.postgresql(lock_timeout))


def accepts_connections(port: int) -> bool:
    try:
        connect(port).close()
    except psycopg.OperationalError:  # the server is still starting
        return False
    return True


def is_asleep(proxy: NetworkProxy) -> bool:
    with connect(proxy.port) as connection:
        asleep = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").fetchone()
    return asleep == (1,)


def test_a_database_that_does_not_answer_is_given_up(mute: int) -> None:
    with pytest.raises(psycopg.OperationalError):
        connect(mute)


@pytest.mark.services
def test_a_database_that_is_lost_while_one_waits_for_its_answer_is_given_up(proxy: NetworkProxy) -> None:
    with connect(proxy.port) as connection, ThreadPoolExecutor(1) as threads:
        answer = threads.submit(connection.execute, "SELECT pg_sleep(60)")
        wait_until(lambda: is_asleep(proxy))
        proxy.forget()
        with pytest.raises(psycopg.OperationalError):
            answer.result()
        proxy.mend()


@pytest.mark.services
def test_what_somebody_else_has_locked_is_waited_for_only_for_a_while(proxy: NetworkProxy) -> None:
    with connect(proxy.port) as holder, connect(proxy.port, lock_timeout=0.05) as other:
        holder.execute("SELECT pg_advisory_lock(1)")
        with pytest.raises(psycopg.OperationalError):
            other.execute("SELECT pg_advisory_lock(1)")


@pytest.mark.services
def test_what_a_lost_host_has_locked_is_free_within_seconds() -> None:
    with own_postgres() as port, connect(port) as lost, connect(port, lock_timeout=50) as other:
        lost.execute("SELECT pg_advisory_lock(1)")
        with socket.socket(fileno=os.dup(lost.fileno())) as end:
            drop_packets(end)
        other.execute("SELECT pg_advisory_lock(1)")


def test_a_broker_that_does_not_answer_is_given_up(mute: int) -> None:
    with (
        Connection(f"redis://127.0.0.1:{mute}", transport_options=timeouts.broker()) as broker,
        pytest.raises((BrokerError, *broker.connection_errors)),
    ):
        broker.default_channel.queue_declare("training")

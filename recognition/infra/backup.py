"""Copies of the whole database, which holds all that cannot be made again; made by the database's own tools."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

SUFFIXES = {"postgresql": ".dump", "sqlite": ".sqlite3"}


class BackupFailed(Exception):
    """Nothing was kept; the message says why."""


def back_up(folder: Path) -> Path:
    """Copy the database as it is at this moment into a new file, readable by its owner only, while the site goes on.

    Raises BackupFailed, DatabaseError, OSError, and leaves nothing behind.
    """
    name = f"doodlesite-{timezone.now():%Y%m%dT%H%M%S.%fZ}{SUFFIXES[connection.vendor]}"
    unfinished = folder / f"{name}.part"
    unfinished.touch(mode=0o600, exist_ok=False)
    try:
        if connection.vendor == "postgresql":
            _dump(unfinished)
        else:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(unfinished)])
        return unfinished.rename(folder / name)
    finally:
        unfinished.unlink(missing_ok=True)


def forget_old(folder: Path, days: int) -> list[Path]:
    """Delete the backups in `folder` that are older than so many days; return which."""
    eldest = (timezone.now() - timedelta(days=days)).timestamp()
    found = [path for suffix in SUFFIXES.values() for path in folder.glob(f"doodlesite-*Z{suffix}")]
    old = sorted(path for path in found if path.stat().st_mtime < eldest)
    for path in old:
        path.unlink()
    return old


def _dump(file: Path) -> None:
    """Have pg_dump write `file`, and read it once again: what cannot be read is no backup."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
    _run("pg_restore", "--list", str(file))


def _run(*command: str) -> None:
    """Run a tool of PostgreSQL on the database that this process is connected to. Raises BackupFailed."""
    try:
        subprocess.run(  # noqa: S603  # words of our own, no shell
            command, env=os.environ | _connection_variables(), check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise BackupFailed(f"{command[0]} is missing; Debian has it in the package postgresql-client.") from error
    except subprocess.CalledProcessError as error:
        raise BackupFailed(f"{command[0]} failed: {error.stderr.strip()}") from error


def _connection_variables() -> dict[str, str]:
    """Return PGHOST, PGPASSWORD and so on, with which no other user sees the password in the list of processes."""
    connection.ensure_connection()
    options = connection.connection.pgconn.info
    return {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}

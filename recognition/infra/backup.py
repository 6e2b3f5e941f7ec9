"""Backups of the whole database, made with its own tools. Everything outside the database can be made again."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

SUFFIXES = {"postgresql": ".dump", "sqlite": ".sqlite3"}


class BackupFailed(Exception):
    """No backup was written; the message says why."""


def back_up(folder: Path) -> Path:
    """Write a consistent copy of the database into a new file in `folder`, readable by its owner only.

    The site may keep running. Raises BackupFailed, DatabaseError or OSError, and then leaves no file behind.
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


def delete_old_backups(folder: Path, days: int) -> list[Path]:
    """Delete the backups in `folder` that are older than `days`; return their paths."""
    oldest_kept = (timezone.now() - timedelta(days=days)).timestamp()
    backups = [path for suffix in SUFFIXES.values() for path in folder.glob(f"doodlesite-*Z{suffix}")]
    old = sorted(path for path in backups if path.stat().st_mtime < oldest_kept)
    for path in old:
        path.unlink()
    return old


def _dump(file: Path) -> None:
    """Write `file` with pg_dump, then list its contents to check that it can be read."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
    _run("pg_restore", "--list", str(file))


def _run(*command: str) -> None:
    """Run a PostgreSQL tool on the database of the current connection. Raises BackupFailed."""
    try:
        subprocess.run(  # noqa: S603  # our own arguments, no shell
            command, env=os.environ | _connection_variables(), check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise BackupFailed(f"{command[0]} is missing; Debian has it in the package postgresql-client.") from error
    except subprocess.CalledProcessError as error:
        raise BackupFailed(f"{command[0]} failed: {error.stderr.strip()}") from error


def _connection_variables() -> dict[str, str]:
    """Return PGHOST, PGPASSWORD and so on: unlike arguments, other users cannot see them in the process list."""
    connection.ensure_connection()
    options = connection.connection.pgconn.info
    return {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}

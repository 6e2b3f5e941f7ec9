"""Prepares a site to start: tables, static files, starter model, first administrator."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError

from recognition.infra.advisory_lock import LockKey, advisory_lock


def main() -> None:
    django.setup()
    try:
        prepare_database()
        collect_static(settings.STATIC_ROOT)
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        sys.exit(f"doodlesite cannot run: the database does not work ({reason}).")
    except OSError as error:
        sys.exit(f"doodlesite cannot run: {error.filename or settings.VAR} cannot be written ({error.strerror}).")


def prepare_database() -> None:
    """Migrate the database and create the rows that a site needs. Other hosts wait meanwhile."""
    with advisory_lock(LockKey.PREPARE):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("bootstrap")
        call_command("judge_starter")


def collect_static(root: Path) -> None:
    """Copy, hash and compress the static files into `root`, unless they have not changed since.

    The hashed files of the previous release stay, because open pages still request them.
    """
    digest_file = root.with_name("static-files.sha256")
    digest = static_digest()
    if digest_file.exists() and digest_file.read_text() == digest:
        return
    previous = root.with_name("static-before")
    shutil.rmtree(previous, ignore_errors=True)
    if root.exists():
        root.rename(previous)
    call_command("collectstatic", interactive=False, verbosity=0)
    keep_previous_files(previous, root)
    shutil.rmtree(previous, ignore_errors=True)
    digest_file.write_text(digest)


def keep_previous_files(previous: Path, root: Path) -> None:
    """Move the hashed files of the previous release that this release lacks into `root`."""
    try:
        names = json.loads((previous / "staticfiles.json").read_text())["paths"].values()
    except (FileNotFoundError, ValueError):
        return  # nothing was collected there, or the collection was interrupted
    for name in (f"{name}{suffix}" for name in names for suffix in ("", ".gz")):
        if (previous / name).exists() and not (root / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (previous / name).rename(root / name)


def static_digest() -> str:
    """Return the SHA-256 of all static files' paths, sizes and modification times."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()

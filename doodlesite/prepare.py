"""Everything between an installed clone and a site that can start: tables, static files, starter model, first admin."""

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
    """Bring the tables to this release and see to what must be in them, while other hosts wait."""
    with advisory_lock(LockKey.PREPARE):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("bootstrap")


def collect_static(root: Path) -> None:
    """Copy, hash and compress the static files into `root`, unless that was done with exactly these files.

    Those of the release before stay beside them: pages that are open go on asking for them.
    """
    stamp = root.with_name("static-files.sha256")
    state = static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    before = root.with_name("static-before")
    shutil.rmtree(before, ignore_errors=True)
    if root.exists():
        root.rename(before)
    call_command("collectstatic", interactive=False, verbosity=0)
    keep_hashed(before, root)
    shutil.rmtree(before, ignore_errors=True)
    stamp.write_text(state)


def keep_hashed(before: Path, root: Path) -> None:
    """Move what pages of the release before name, and this one does not have, from its folder."""
    try:
        names = json.loads((before / "staticfiles.json").read_text())["paths"].values()
    except (FileNotFoundError, ValueError):
        return  # nothing was collected there, or not to the end
    for name in (f"{name}{compressed}" for name in names for compressed in ("", ".gz")):
        if (before / name).exists() and not (root / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (before / name).rename(root / name)


def static_state() -> str:
    """Return a digest that changes with any static file, judged by path, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()

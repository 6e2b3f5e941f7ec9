"""Everything between an installed clone and a site that can start: tables, static files, starter model, first admin."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError

from recognition.turns import Turn, taking


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
    with taking(Turn.PREPARE):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("bootstrap")


def collect_static(root: Path) -> None:
    """Copy, hash and compress the static files into `root`, unless that was done with exactly these files."""
    stamp = root.with_name("static-files.sha256")
    state = static_state()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(state)


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

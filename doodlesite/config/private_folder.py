"""DOODLE_VAR holds the database, the secret key and passwords: only its owner may read it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

OTHERS = stat.S_IRWXG | stat.S_IRWXO  # the mode bits of the group and of all other users


def make_private(folder: Path) -> None:
    """Create `folder` if it is missing, and close it and its contents to other users if it is open.

    Also sets the umask, so that this process and its children create private files only. The settings call it: every
    process of the site (web server, workers, beat, Redis, `manage.py`, `doodlesite.prepare`, the supervisor) loads
    them before it writes anything. Raises ImproperlyConfigured, OSError.
    """
    os.umask(OTHERS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = folder.stat().st_mode
    if mode & stat.S_ISVTX:  # like /tmp: closing it would lock everybody else out
        raise ImproperlyConfigured(f"DOODLE_VAR is {folder}, which other users share; name a folder of its own.")
    if mode & OTHERS:
        for path in _contents(folder):
            _close(path)
        _close(folder)  # last: if this is interrupted, the next process starts over


def _contents(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):  # does not follow symbolic links
        yield from (Path(parent) / name for name in (*folders, *files))


def _close(path: Path) -> None:
    # Temporary files come and go. On a mounted volume the folder may belong to root: then its modes are root's affair.
    with suppress(FileNotFoundError, PermissionError):
        mode = path.lstat().st_mode
        if mode & OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)

"""Finds processes and files that a stopped site has left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.chaos.environment import Environment

EXPECTED = (
    r"static/.*",
    r"static-files\.sha256",
    r"(metrics-token|admin-password)",
    r"db\.sqlite3(-wal|-shm|-turn)?",
    r"redis\.sock",  # Redis removes it at its next start
    r"\w+\.log",
    r"metrics/\d+/(counter|histogram)_ended\.db",
)


def left_over(environment: Environment, folder: Path) -> Iterator[str]:
    """Yield the remaining processes and files of a stopped site in `folder`."""
    yield from processes(folder)
    for site in environment.sites.values():
        yield from files(site.var)


def processes(folder: Path) -> Iterator[str]:
    """Yield the command line of each process of a site in `folder` that still runs."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"DOODLE_VAR={folder}/".encode() in (process / "environ").read_bytes():
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                yield f"process {process.name}: {command}"


def files(var: Path) -> Iterator[str]:
    """Yield the files in a site's folder that a stopped site should not have."""
    for path in sorted(var.rglob("*")):
        name = str(path.relative_to(var))
        if not path.is_dir() and not any(re.fullmatch(pattern, name) for pattern in EXPECTED):
            yield f"file {path}"

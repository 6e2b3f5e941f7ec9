"""Counts of several web processes, added up: each writes files of its own, which whoever is asked reads together.

https://prometheus.github.io/client_python/multiprocess/
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from recognition.serving.prometheus import METRICS

logger = logging.getLogger(__name__)

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client looks at it when it is imported
KINDS = ("counter", "histogram")
ROOM = 2**20  # bytes of a file: far more than all that is counted needs
ENDED = "ended"  # in place of a process' number: what all those that ended had counted


def begin() -> None:
    """Start counting from nothing: called once, before there are processes that count."""
    folder = _folder()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def reserve(pid: int) -> None:
    """Take the room that a new process needs on the disk, from within it.

    A file that is mapped into memory and finds the disk full kills its process. So whoever gets no room counts for
    himself: a site that nobody can watch is better than none.
    """
    try:
        for kind in KINDS:
            with _file(kind, str(pid)).open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, ROOM)
    except OSError as error:
        logger.warning("What process %s does is missing in /metrics: %s", pid, error)
        values.ValueClass = values.MutexValue


def retire(pid: int) -> None:
    """Add what a process that ended had counted to the others', and remove its files."""
    with _files_locked(fcntl.LOCK_EX):
        for kind in KINDS:
            try:
                _move(_file(kind, str(pid)), _file(kind, ENDED))
            except OSError as error:
                logger.warning("Cannot keep what process %s counted: %s", pid, error)


def counted() -> CollectorRegistry:
    """Return what all web processes of this host have counted; this one's alone where only one runs."""
    if VARIABLE not in os.environ:
        return METRICS
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


@contextmanager
def undisturbed() -> Iterator[None]:
    """Read the files in the body while nobody moves them."""
    if VARIABLE not in os.environ:
        yield
        return
    with _files_locked(fcntl.LOCK_SH):
        yield


def _move(source: Path, target: Path) -> None:
    if not source.exists():
        return
    if not target.exists():
        with target.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, ROOM)
    sums = MmapedDict(str(target))
    for key, value, _, _ in MmapedDict.read_all_values_from_file(str(source)):
        sums.write_value(key, sums.read_value(key)[0] + value, 0.0)
    sums.close()
    source.unlink()


@contextmanager
def _files_locked(how: int) -> Iterator[None]:
    folder = os.open(_folder(), os.O_RDONLY)
    try:
        fcntl.flock(folder, how)
        yield
    finally:
        os.close(folder)


def _folder() -> Path:
    return Path(os.environ[VARIABLE])


def _file(kind: str, process: str) -> Path:
    return _folder() / f"{kind}_{process}.db"

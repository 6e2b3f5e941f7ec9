"""Adds up the metrics of all web processes: each writes its own files, and a scrape reads them all.

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

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it when it is imported
METRIC_TYPES = ("counter", "histogram")
FILE_BYTES = 2**20  # far more than all metrics need
EXITED = "ended"  # in place of a process id: the sums of all processes that exited


def reset() -> None:
    """Delete all files, so that counts start at 0. Call it once, before any process counts."""
    folder = _folder()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def reserve(pid: int) -> None:
    """Allocate the files of a new process; called within that process.

    Writing to a memory-mapped file on a full disk kills the process. So without space the process counts in its own
    memory, and /metrics misses it: the site works unmonitored.
    """
    try:
        for metric_type in METRIC_TYPES:
            with _file(metric_type, str(pid)).open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
    except OSError as error:
        logger.warning("What process %s does is missing in /metrics: %s", pid, error)
        values.ValueClass = values.MutexValue


def merge_exited(pid: int) -> None:
    """Add the counts of an exited process to the sums of all exited ones, and delete its files."""
    with _files_locked(fcntl.LOCK_EX):
        for metric_type in METRIC_TYPES:
            try:
                _merge(_file(metric_type, str(pid)), _file(metric_type, EXITED))
            except OSError as error:
                logger.warning("Cannot keep what process %s counted: %s", pid, error)


def host_registry() -> CollectorRegistry:
    """Return the metrics of all web processes of this host; of this process where only one runs."""
    if FOLDER_VARIABLE not in os.environ:
        return METRICS
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


@contextmanager
def read_lock() -> Iterator[None]:
    """Keep other processes from merging files while the body reads them."""
    if FOLDER_VARIABLE not in os.environ:
        yield
        return
    with _files_locked(fcntl.LOCK_SH):
        yield


def _merge(source: Path, target: Path) -> None:
    if not source.exists():
        return
    if not target.exists():
        with target.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
    sums = MmapedDict(str(target))
    for key, value, _, _ in MmapedDict.read_all_values_from_file(str(source)):
        sums.write_value(key, sums.read_value(key)[0] + value, 0.0)
    sums.close()
    source.unlink()


@contextmanager
def _files_locked(operation: int) -> Iterator[None]:
    folder = os.open(_folder(), os.O_RDONLY)
    try:
        fcntl.flock(folder, operation)
        yield
    finally:
        os.close(folder)


def _folder() -> Path:
    return Path(os.environ[FOLDER_VARIABLE])


def _file(metric_type: str, process: str) -> Path:
    return _folder() / f"{metric_type}_{process}.db"

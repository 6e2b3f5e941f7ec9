"""Samples the memory, open files and threads of a site's processes from /proc."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from tests.services.site import Site


@dataclass(frozen=True)
class ResourceSample:
    at: float  # seconds since the start of the monitor
    resident: float  # MB
    proportional: float  # MB; shared memory is divided among the processes that share it
    files: int
    threads: int


class ResourceMonitor:
    """A thread that samples processes of the Procfile, each with all of its descendants."""

    def __init__(self, site: Site, names: tuple[str, ...], interval_seconds: float = 5.0) -> None:
        self._site, self._names, self._interval_seconds = site, names, interval_seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self.samples: dict[str, list[ResourceSample]] = defaultdict(list)

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(self._interval_seconds):
            for name in self._names:
                self.samples[name].append(sample_tree(self._site.pid(name), time.monotonic() - self._started))


def sample_tree(pid: int, at: float) -> ResourceSample:
    """Return the sums of a process and all of its descendants."""
    usages = [usage for descendant in process_tree(pid) for usage in usage_of(descendant)]
    resident, proportional, files, threads = (sum(column) for column in zip(*usages, strict=True))
    return ResourceSample(at, resident / 1024, proportional / 1024, int(files), int(threads))


def process_tree(pid: int) -> Iterator[int]:
    """Yield a process and all of its descendants."""
    yield pid
    with suppress(OSError):  # it has just ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from process_tree(int(child))


def usage_of(pid: int) -> Iterator[tuple[float, float, float, float]]:
    """Yield resident and proportional kB, open files and threads of a process, unless it has just ended."""
    process = Path(f"/proc/{pid}")
    with suppress(OSError, ValueError):
        sizes = dict(line.split(":", 1) for line in (process / "smaps_rollup").read_text().splitlines()[1:])
        resident, proportional = (float(sizes[name].split()[0]) for name in ("Rss", "Pss"))
        yield resident, proportional, len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))


def growth(samples: Sequence[ResourceSample]) -> tuple[float, float]:
    """Return the growth in MB (proportional) a minute, and half the width of its 95 % interval.

    Only the second half of the run counts, because caches fill until then. Successive samples are not independent, so
    the line is fitted to the means of ten pieces, not to the samples.
    """
    half = samples[len(samples) // 2 :]
    pieces = np.array_split(np.array([(sample.at / 60, sample.proportional) for sample in half]), 10)
    at, size = np.array([piece.mean(axis=0) for piece in pieces if len(piece)]).T
    slope, level = np.polyfit(at, size, 1)
    spread = np.sqrt(((size - slope * at - level) ** 2).sum() / (len(at) - 2) / ((at - at.mean()) ** 2).sum())
    return float(slope), float(2.306 * spread)  # Student's t of 8 degrees of freedom, 95 %


def quarters(samples: Sequence[ResourceSample]) -> tuple[float, float]:
    """Return the median size (MB, proportional) in the second and in the last quarter."""
    size = np.array_split([sample.proportional for sample in samples], 4)
    return float(np.median(size[1])), float(np.median(size[3]))

"""What a site's processes take of the machine, watched from outside while it works."""

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
class Sample:
    at: float  # seconds since watching began
    resident: float  # MB
    proportional: float  # MB; of what processes share, each has its part
    files: int
    threads: int


class Watched:
    """Samples of each process of a site, all that is below one of the Procfile's added up."""

    def __init__(self, site: Site, names: tuple[str, ...], every: float = 5.0) -> None:
        self._site, self._names, self._every = site, names, every
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.samples: dict[str, list[Sample]] = defaultdict(list)

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(self._every):
            for name in self._names:
                self.samples[name].append(sample(self._site.pid(name), time.monotonic() - self._began))


def sample(pid: int, at: float) -> Sample:
    """Add up what a process and all below it have now."""
    found = [facts for one in descendants(pid) for facts in facts_of(one)]
    resident, proportional, files, threads = (sum(column) for column in zip(*found, strict=True))
    return Sample(at, resident / 1024, proportional / 1024, int(files), int(threads))


def descendants(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):  # it has just ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from descendants(int(child))


def facts_of(pid: int) -> Iterator[tuple[float, float, float, float]]:
    """Yield resident and proportional kB, open files and threads of a process, unless it has just ended."""
    process = Path(f"/proc/{pid}")
    with suppress(OSError, ValueError):
        sizes = dict(line.split(":", 1) for line in (process / "smaps_rollup").read_text().splitlines()[1:])
        resident, proportional = (float(sizes[name].split()[0]) for name in ("Rss", "Pss"))
        yield resident, proportional, len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))


def growth(samples: Sequence[Sample]) -> tuple[float, float]:
    """Return how many MB (proportional) a minute are added, and half the width of its 95 % interval.

    Of the second half of the run: until then caches fill. Samples follow from each other, so the interval is of the
    slopes of ten pieces of it, not of the samples.
    """
    half = samples[len(samples) // 2 :]
    pieces = np.array_split(np.array([(one.at / 60, one.proportional) for one in half]), 10)
    at, size = np.array([piece.mean(axis=0) for piece in pieces if len(piece)]).T
    slope, level = np.polyfit(at, size, 1)
    spread = np.sqrt(((size - slope * at - level) ** 2).sum() / (len(at) - 2) / ((at - at.mean()) ** 2).sum())
    return float(slope), float(2.306 * spread)  # Student's t of 8


def quarters(samples: Sequence[Sample]) -> tuple[float, float]:
    """Return the median size (MB, proportional) in the second and in the last quarter."""
    size = np.array_split([one.proportional for one in samples], 4)
    return float(np.median(size[1])), float(np.median(size[3]))

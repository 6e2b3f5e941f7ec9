"""What the web server of a site costs, whatever else the machine does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fuzz.watch import most_megabytes
from tests.services.site import Site

TICKS = os.sysconf("SC_CLK_TCK")  # a second


class Stopwatch:
    seconds = 0.0


class WebServer:
    def __init__(self, site: Site) -> None:
        """Look at the processes that answer now."""
        pid = site.pid("web")
        self._workers = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def most_megabytes(self) -> float:
        """Return how much memory that process has had that has had most."""
        return max(most_megabytes(pid) for pid in self._workers)

    @contextmanager
    def timed(self) -> Iterator[Stopwatch]:
        """Measure the processor's time that all of them take meanwhile."""
        stopwatch, before = Stopwatch(), self._seconds()
        yield stopwatch
        stopwatch.seconds = self._seconds() - before

    def _seconds(self) -> float:
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self._workers]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICKS

"""What is seen of a fuzzed target: how many inputs, how many of them accepted, the slowest, the memory, the defects."""

from __future__ import annotations

import json
import re
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path

SLOW = 1.0  # seconds of the processor's time that no input may take


@dataclass
class Seen:
    inputs: int = 0
    accepted: int = 0
    slowest: float = 0.0  # seconds
    megabytes: float = 0.0  # by which the process grew at most
    defects: dict[str, str] = field(default_factory=dict)  # an input for each, by what is wrong

    @property
    def refused(self) -> int:
        return self.inputs - self.accepted

    def add(self, other: Seen) -> None:
        self.inputs += other.inputs
        self.accepted += other.accepted
        self.slowest = max(self.slowest, other.slowest)
        self.megabytes = max(self.megabytes, other.megabytes)
        self.defects |= other.defects

    def row(self, name: str) -> str:
        times = f"{self.slowest * 1000:,.0f} ms"
        return (
            f"| {name} | {self.inputs:,} | {self.accepted:,} | {self.refused:,} | {times} | {self.megabytes:,.0f} MB |"
            f" {len(self.defects)} |"
        )


HEAD = "| | inputs | accepted | refused | slowest | memory | defects |\n|---|---|---|---|---|---|---|"


class Watch:
    """Runs a target on one input after the other and keeps what is seen in a file, also of a process that dies."""

    def __init__(self, target: Callable[[bytes], bool], report: Path, *, every: int, seconds: float) -> None:
        """every: inputs after which the file is written anew; seconds: there are for all of them."""
        self._target, self._report, self._every = target, report, every
        self._until = time.monotonic() + seconds
        self._last = report.with_suffix(".input")
        self._before = most_megabytes()
        self.seen = Seen()
        self.save()

    def has_done(self, inputs: int) -> bool:
        """Tell whether so many inputs were run, or the time is over."""
        return self.seen.inputs >= inputs or time.monotonic() > self._until

    def run(self, data: bytes) -> None:
        self._last.write_bytes(data)  # on a disk in memory; it is what killed a process that is not there any more
        started = time.process_time()
        try:
            self.seen.accepted += self._target(data)
        except Exception as error:
            self._note(f"{type(error).__name__}: {str(error)[:80]} at {_place(error)}", data)
        took = time.process_time() - started
        self.seen.slowest = max(self.seen.slowest, took)
        if took > SLOW:
            self._note(f"slow: {took:.1f} s", data)
        self.seen.inputs += 1
        if self.seen.inputs % self._every == 0:
            self.save()

    def save(self) -> None:
        self.seen.megabytes = most_megabytes() - self._before
        self._report.write_text(json.dumps(asdict(self.seen)))

    def _note(self, what: str, data: bytes) -> None:
        if what not in self.seen.defects:
            path = self._report.parent / f"defect-{blake2b(data, digest_size=6).hexdigest()}"
            path.write_bytes(data)
            self.seen.defects[what] = str(path)


def most_megabytes(pid: int | str = "self") -> float:
    """Return how much memory a process has had at most."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def _place(error: Exception) -> str:
    """Return where in our own code it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"

"""What came of a campaign: of each fault, whom it hurt and who got an answer all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from tests.chaos.fault_types import Kind
from tests.chaos.journal import entries
from tests.chaos.workload import Asked


@dataclass(frozen=True)
class Fault:
    """One that was done. Times are of time.monotonic(); `well` is when all was well again, None: never."""

    kind: Kind
    host: str
    begun: float
    undone: float
    well: float | None

    @property
    def over(self) -> float:
        return self.well or self.undone


class Requests(NamedTuple):
    """What became of requests to store something."""

    answered: int
    refused: int  # with an error that says so
    unanswered: int


@dataclass
class Outcome:
    faults: list[Fault]
    asked: dict[str, list[Asked]]  # of each host, to recognize a drawing
    found: dict[str, Any]  # by the inquest
    journal: Path
    epoch: float  # time.time() when time.monotonic() was 0
    restarted: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)

    def of_kind(self, name: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.kind.name == name]

    def spared(self, fault: Fault) -> list[str]:
        """Return the hosts that keep a web process."""
        return [host for host in self.asked if fault.kind.spares_web or host != fault.host]

    def meanwhile(self, fault: Fault) -> list[Asked]:
        """Return the attempts to have a drawing recognized by the hosts that a fault spares, while it lasts."""
        attempts = (one for host in self.spared(fault) for one in self.asked[host])
        return [one for one in attempts if fault.begun <= one.started <= fault.undone]

    def longest_gap(self, fault: Fault) -> float:
        """Return for how many seconds at most a spared host gave no answer, from the fault until all was well."""
        return max((_longest_gap(self.asked[host], fault) for host in self.spared(fault)), default=0.0)

    def unrecognized(self) -> list[str]:
        """Return the attempts that failed while a web process of that host and the database lived."""
        faults = [fault for fault in self.faults if fault.kind.spares_database]
        return [f"{fault.kind.name}: {one.error}" for fault in faults for one in self.meanwhile(fault) if one.error]

    def requests(self, faults: Sequence[Fault]) -> Requests:
        """Return what became of what people asked for from these faults until all was well."""
        answers = [entry for entry in entries(self.journal) if entry["event"] in ("told", "silence")]
        within = [one for one in answers if any(fault.begun <= one["at"] <= fault.over for fault in faults)]
        told = [one["status"] for one in within if one["event"] == "told"]
        refused = sum(status >= 400 for status in told)
        return Requests(len(told) - refused, refused, len(within) - len(told))

    def runs_ended(self, faults: Iterable[Fault]) -> list[str]:
        """Return how the runs ended that ended after one of these faults and before the next one."""
        ends = {fault: after.begun for fault, after in pairwise(self.faults)}
        times = [(status, finished - self.epoch) for finished, status, _ in self.found["runs"]]
        return [status for fault in faults for status, at in times if fault.begun <= at < ends.get(fault, float("inf"))]


def _longest_gap(asked: Iterable[Asked], fault: Fault) -> float:
    ends = (one.started + one.seconds for one in asked if not one.error)
    within = [fault.begun, *sorted(at for at in ends if fault.begun <= at <= fault.over), fault.over]
    return max(later - earlier for earlier, later in pairwise(within))

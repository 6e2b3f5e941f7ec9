"""The outcome of a chaos run: for each fault, the requests that failed and those that did not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from tests.chaos.fault_types import FaultType
from tests.chaos.journal import entries
from tests.chaos.workload import Asked


@dataclass(frozen=True)
class Fault:
    """An injected fault. Times are of time.monotonic(); `well` is when the site had recovered, None: never."""

    fault_type: FaultType
    host: str
    begun: float
    undone: float
    well: float | None

    @property
    def over(self) -> float:
        return self.well or self.undone


class Requests(NamedTuple):
    """Numbers of requests to store something, by their result."""

    answered: int
    refused: int  # with an error response
    unanswered: int


@dataclass
class Outcome:
    faults: list[Fault]
    asked: dict[str, list[Asked]]  # recognitions asked of each host
    found: dict[str, Any]  # by tests.chaos.verify
    journal: Path
    epoch: float  # time.time() when time.monotonic() was 0
    restarted: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)

    def of_type(self, name: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.fault_type.name == name]

    def spared(self, fault: Fault) -> list[str]:
        """Return the hosts that keep a web process during a fault."""
        return [host for host in self.asked if fault.fault_type.spares_web or host != fault.host]

    def meanwhile(self, fault: Fault) -> list[Asked]:
        """Return the recognitions asked of the hosts that a fault spares, while it lasts."""
        attempts = (one for host in self.spared(fault) for one in self.asked[host])
        return [one for one in attempts if fault.begun <= one.started <= fault.undone]

    def longest_gap(self, fault: Fault) -> float:
        """Return the longest time in seconds without an answer of a spared host, from the fault until recovery."""
        return max((_longest_gap(self.asked[host], fault) for host in self.spared(fault)), default=0.0)

    def unrecognized(self) -> list[str]:
        """Return the recognitions that failed while a web process of that host and the database were running."""
        faults = [fault for fault in self.faults if fault.fault_type.spares_database]
        return [
            f"{fault.fault_type.name}: {one.error}" for fault in faults for one in self.meanwhile(fault) if one.error
        ]

    def requests(self, faults: Sequence[Fault]) -> Requests:
        """Return the results of the users' requests from these faults until recovery."""
        answers = [entry for entry in entries(self.journal) if entry["event"] in ("told", "silence")]
        within = [one for one in answers if any(fault.begun <= one["at"] <= fault.over for fault in faults)]
        told = [one["status"] for one in within if one["event"] == "told"]
        refused = sum(status >= 400 for status in told)
        return Requests(len(told) - refused, refused, len(within) - len(told))

    def runs_ended(self, faults: Iterable[Fault]) -> list[str]:
        """Return the statuses of runs that ended after one of these faults and before the next one."""
        ends = {fault: after.begun for fault, after in pairwise(self.faults)}
        times = [(status, finished - self.epoch) for finished, status, _ in self.found["runs"]]
        return [status for fault in faults for status, at in times if fault.begun <= at < ends.get(fault, float("inf"))]


def _longest_gap(asked: Iterable[Asked], fault: Fault) -> float:
    ends = (one.started + one.seconds for one in asked if not one.error)
    within = [fault.begun, *sorted(at for at in ends if fault.begun <= at <= fault.over), fault.over]
    return max(later - earlier for earlier, later in pairwise(within))

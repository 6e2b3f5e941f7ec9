"""What came of a campaign, as Markdown."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median

from bench.havoc.campaign import Fault, Outcome
from bench.havoc.people import Asked

HEADER = [
    "fault", "times", "recognized meanwhile", "not", "longest answer", "longest without one", "well again after"
]  # fmt: skip


def as_markdown(outcome: Outcome) -> str:
    parts = [_table(_by_kind(outcome)), "", *_totals(outcome)]
    return "\n".join(parts)


def _by_kind(outcome: Outcome) -> list[list[str]]:
    names = dict.fromkeys(fault.kind.name for fault in outcome.faults)
    rows = [HEADER, ["---"] * len(HEADER)]
    for name in sorted(names):
        faults = [fault for fault in outcome.faults if fault.kind.name == name]
        asked = [one for fault in faults for one in meanwhile(outcome, fault)]
        answered = [one for one in asked if not one.error]
        gap = max((longest_gap(outcome, fault) for fault in faults), default=0.0)
        well = [fault.well - fault.undone for fault in faults if fault.well]
        rows.append([
            name, str(len(faults)), str(len(answered)), str(len(asked) - len(answered)),
            f"{max((one.seconds for one in answered), default=0):.1f} s", f"{gap:.1f} s",
            f"{median(well):.1f} s, at most {max(well):.1f} s" if well else "never",
        ])  # fmt: skip
    return rows


def spared(outcome: Outcome, fault: Fault) -> list[str]:
    """Return the hosts that keep a web process during a fault."""
    return [host for host in outcome.probers if fault.kind.spares_web or host != fault.host]


def meanwhile(outcome: Outcome, fault: Fault) -> list[Asked]:
    """Return the attempts to have a drawing recognized by the hosts that a fault spares, while it lasts."""
    return [
        one
        for host in spared(outcome, fault)
        for one in outcome.probers[host].asked
        if fault.begun <= one.started <= fault.undone
    ]


def longest_gap(outcome: Outcome, fault: Fault) -> float:
    """Return for how many seconds at most a spared host gave no answer, from the fault until all was well."""
    end = fault.well or fault.undone
    longest = 0.0
    for host in spared(outcome, fault):
        ends = [one.started + one.seconds for one in outcome.probers[host].asked if not one.error]
        within = [fault.begun, *sorted(at for at in ends if fault.begun <= at <= end), end]
        longest = max(longest, *(later - earlier for earlier, later in pairwise(within)))
    return longest


def unanswered(outcome: Outcome) -> list[str]:
    """Return the faults that left a web host and the database alive, and yet kept that host from recognizing."""
    return [
        f"{fault.kind.name}: {one.error}"
        for fault in outcome.faults
        if fault.kind.spares_database
        for one in meanwhile(outcome, fault)
        if one.error
    ]


def _totals(outcome: Outcome) -> list[str]:
    counts, wrong = outcome.found["counts"], outcome.found["wrong"]
    lines = [f"{len(outcome.faults)} faults.", "", *(f"- {name}: {number:,}" for name, number in counts.items()), ""]
    for name, cases in wrong.items():
        lines += [f"- {name}: {len(cases)}", *(f"  - {case}" for case in cases[:10])]
    never = [fault.kind.name for fault in outcome.faults if fault.well is None]
    lines.append(f"- never well again: {len(never)} {never or ''}")
    missed = Counter(unanswered(outcome))
    lines.append(f"- not recognized though a web host and the database lived: {missed.total()}")
    lines += [f"  - {number} × {what}" for what, number in missed.most_common(10)]
    ended = Counter(name for _, name in outcome.restarted)
    lines.append("- started again: " + ", ".join(f"{name} {number}" for name, number in sorted(ended.items())))
    lines += [f"- left over: {what}" for what in outcome.left_over]
    return lines


def _table(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)

"""The outcome of a chaos run as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from tests.chaos.outcome import Outcome

MAX_CASES = 10  # listed of each sort
COLUMNS = (
    "fault", "times", "answered", "refused", "no answer", "recognized", "not", "longest without", "runs ended",
    "well again after",
)  # fmt: skip


def as_markdown(outcome: Outcome) -> str:
    names = sorted({fault.fault_type.name for fault in outcome.faults})
    rows = [list(COLUMNS), ["---"] * len(COLUMNS), *(_row(outcome, name) for name in names)]
    table = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*table, "", f"{len(outcome.faults)} faults.", "", *_counts(outcome), *_wrong(outcome)])


def _row(outcome: Outcome, name: str) -> list[str]:
    faults = outcome.of_type(name)
    asked = [one for fault in faults for one in outcome.meanwhile(fault)]
    failed = sum(bool(one.error) for one in asked)
    gap = max(outcome.longest_gap(fault) for fault in faults)
    ended = Counter(outcome.runs_ended(faults))
    well = [fault.well - fault.undone for fault in faults if fault.well]
    return [
        name,
        str(len(faults)),
        *(f"{number:,}" for number in outcome.requests(faults)),
        str(len(asked) - failed),
        str(failed),
        f"{gap:.1f} s",
        ", ".join(f"{number} {status}" for status, number in sorted(ended.items())) or "–",
        f"{median(well):.1f} s, at most {max(well):.1f} s" if well else "never",
    ]


def _counts(outcome: Outcome) -> Iterator[str]:
    yield from (f"- {name}: {number:,}" for name, number in outcome.found["counts"].items())
    ended = Counter(outcome.restarted)
    yield "- started again: " + ", ".join(f"{name} {number}" for name, number in sorted(ended.items()))
    reasons = Counter(error for _, status, error in outcome.found["runs"] if status == "failed")
    yield from _cases("why runs failed", [f"{number} × {reason}" for reason, number in reasons.most_common()])


def _wrong(outcome: Outcome) -> Iterator[str]:
    yield ""
    for name, cases in outcome.found["wrong"].items():
        yield from _cases(name, cases)
    yield from _cases("never well again", [fault.fault_type.name for fault in outcome.faults if fault.well is None])
    yield from _cases("not recognized though a web process and the database lived", outcome.unrecognized())
    yield from _cases("left over", outcome.left_over)


def _cases(name: str, cases: list[str]) -> Iterator[str]:
    yield f"- {name}: {len(cases)}"
    yield from (f"  - {case}" for case in cases[:MAX_CASES])

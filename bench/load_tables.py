"""What bench/load.py prints, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bench.load_generator import Visit
from bench.resources import Sample, growth, quarters


def mixed_table(alone: Visit, crowd: Visit) -> str:
    """Return what each kind of request took in a crowd, beside one visitor alone and beside the crowd's beginning."""
    head = ["kind", "requests", "a second", "p50", "p95", "p99", "p50 beside alone", "last quarter / first", "refused"]
    rows = [_kind(kind, alone.of(kind), crowd.of(kind), _quarters(crowd, kind)) for kind in crowd.kinds]
    return as_table(head, [*rows, _kind("all", alone, crowd, _quarters(crowd))])


def _kind(kind: str, alone: Visit, crowd: Visit, ends: tuple[Visit, Visit]) -> list[str]:
    p50, p95, p99 = crowd.percentiles(50, 95, 99)
    beside = f"{p50 / alone.percentiles(50)[0]:.1f} ×" if alone.answers else ""
    first, last = (end.percentiles(50)[0] if end.answers else np.nan for end in ends)
    refused = ", ".join(f"{count} × {status}" for status, count in crowd.statuses().items() if status >= 400)
    times = [f"{value:.1f} ms" for value in (p50, p95, p99)]
    return [kind, f"{len(crowd.answers):,}", f"{crowd.per_second:.1f}", *times, beside, f"{last / first:.2f}", refused]


def _quarters(visit: Visit, kind: str = "") -> tuple[Visit, Visit]:
    quarter = visit.seconds / 4
    first, last = visit.between(0, quarter), visit.between(3 * quarter, visit.seconds)
    return (first.of(kind), last.of(kind)) if kind else (first, last)


def memory_table(samples: Mapping[str, Sequence[Sample]]) -> str:
    head = ["process", "second quarter", "last quarter", "grown", "a minute", "files", "threads"]
    rows = []
    for name, one in samples.items():
        second, last = quarters(one)
        slope, interval = growth(one)
        middle = one[len(one) // 2]
        counts = [f"{middle.files} → {one[-1].files}", f"{middle.threads} → {one[-1].threads}"]
        sizes = [f"{second:.1f} MB", f"{last:.1f} MB", f"{last / second - 1:+.1%}", f"{slope:+.2f} ± {interval:.2f} MB"]
        rows.append([name, *sizes, *counts])
    return "\n" + as_table(head, rows)


def stored_line(visits: Iterable[Visit], before: Sequence[int], after: Sequence[int]) -> str:
    answered = [answer for visit in visits for answer in visit.answers]
    drawings, told = (
        sum(answer.kind == kind and answer.status < 300 for answer in answered) for kind in ("drawing", "feedback")
    )
    stored = [now - then for then, now in zip(before, after, strict=True)]
    return (
        f"\nAnswered: {drawings:,} drawings, {told:,} times feedback. Stored: {stored[0]:,} drawings, {stored[1]:,} "
        f"predictions, {stored[2]:,} times feedback, those under way at the end included."
    )


def overload_table(rows: Sequence[tuple[str, Visit, Sequence[float]]]) -> str:
    """Return what was answered and what refused; the first row is what the others are held against."""
    head = [
        "",
        "taken a second",
        "beside the first",
        "p50",
        "p99",
        "refused a second",
        "p50",
        "p99",
        "/healthz p50",
        "p99",
    ]
    calm = _taken(rows[0][1]).per_second
    lines = []
    for name, visit, probes in rows:
        taken, refused = _taken(visit), _refused(visit)
        often = [f"{taken.per_second:.0f}", f"{taken.per_second / calm:.2f} ×"]
        alive = _milliseconds(list(probes))
        lines.append([name, *often, *_of(taken), f"{refused.per_second:.0f}", *_of(refused), *alive])
    return as_table(head, lines)


def _taken(visit: Visit) -> Visit:
    return Visit([answer for answer in visit.answers if answer.status < 400], visit.seconds)


def _refused(visit: Visit) -> Visit:
    return Visit([answer for answer in visit.answers if answer.status in (429, 503)], visit.seconds)


def _of(visit: Visit) -> list[str]:
    return _milliseconds([answer.milliseconds for answer in visit.answers])


def _milliseconds(times: Sequence[float]) -> list[str]:
    return [f"{value:,.0f} ms" for value in np.percentile(times, [50, 99])] if times else ["", ""]


def retraining_table(samples: Mapping[str, Sequence[Sample]], shown: Sequence[int], files: Sequence[int]) -> str:
    """Return what the processes had after so many retrainings, and how much each added from the first shown on."""
    head = ["process", *(f"after {times}" for times in shown), "each", "files", "threads"]
    rows = []
    for name, one in samples.items():
        first, last = one[shown[0] - 1], one[shown[-1] - 1]
        size = np.array([sample.proportional for sample in one[shown[0] - 1 :]])
        slope = np.polyfit(np.arange(len(size)), size, 1)[0]
        sizes = [f"{one[times - 1].proportional:.1f} MB" for times in shown]
        rows.append(
            [name, *sizes, f"{slope:+.2f} MB", f"{first.files} → {last.files}", f"{first.threads} → {last.threads}"]
        )
    return as_table(head, rows) + f"\n\nFiles in DOODLE_VAR: {', '.join(str(files[times - 1]) for times in shown)}."


def as_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))

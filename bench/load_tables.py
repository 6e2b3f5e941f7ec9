"""The Markdown tables of bench/load.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bench.load_generator import LoadResult
from bench.resources import ResourceSample, growth, quarters


def mixed_table(alone: LoadResult, crowd: LoadResult) -> str:
    """Return the latencies of each kind of request under load, compared with one visitor and with the first quarter."""
    head = ["kind", "requests", "a second", "p50", "p95", "p99", "p50 / alone", "last quarter / first", "refused"]
    rows = [_kind_row(kind, alone.of(kind), crowd.of(kind), _quarters(crowd, kind)) for kind in crowd.kinds]
    return as_table(head, [*rows, _kind_row("all", alone, crowd, _quarters(crowd))])


def _kind_row(kind: str, alone: LoadResult, crowd: LoadResult, ends: tuple[LoadResult, LoadResult]) -> list[str]:
    p50, p95, p99 = crowd.percentiles(50, 95, 99)
    ratio = f"{p50 / alone.percentiles(50)[0]:.1f} ×" if alone.responses else ""
    first, last = (end.percentiles(50)[0] if end.responses else np.nan for end in ends)
    refused = ", ".join(f"{count} × {status}" for status, count in crowd.statuses().items() if status >= 400)
    times = [f"{value:.1f} ms" for value in (p50, p95, p99)]
    return [kind, f"{len(crowd.responses):,}", f"{crowd.per_second:.1f}", *times, ratio, f"{last / first:.2f}", refused]


def _quarters(result: LoadResult, kind: str = "") -> tuple[LoadResult, LoadResult]:
    quarter = result.seconds / 4
    first, last = result.between(0, quarter), result.between(3 * quarter, result.seconds)
    return (first.of(kind), last.of(kind)) if kind else (first, last)


def memory_table(samples: Mapping[str, Sequence[ResourceSample]]) -> str:
    head = ["process", "second quarter", "last quarter", "grown", "a minute", "files", "threads"]
    rows = []
    for name, series in samples.items():
        second, last = quarters(series)
        slope, interval = growth(series)
        middle, end = series[len(series) // 2], series[-1]
        counts = [f"{middle.files} → {end.files}", f"{middle.threads} → {end.threads}"]
        sizes = [f"{second:.1f} MB", f"{last:.1f} MB", f"{last / second - 1:+.1%}", f"{slope:+.2f} ± {interval:.2f} MB"]
        rows.append([name, *sizes, *counts])
    return "\n" + as_table(head, rows)


def stored_line(results: Iterable[LoadResult], before: Sequence[int], after: Sequence[int]) -> str:
    """Return the numbers of accepted requests and of stored rows; before, after: rows of each table."""
    accepted = [response.kind for result in results for response in result.responses if response.status < 300]
    drawings, feedback = accepted.count("drawing"), accepted.count("feedback")
    stored = [count - earlier for earlier, count in zip(before, after, strict=True)]
    return (
        f"\nAnswered: {drawings:,} drawings, {feedback:,} times feedback. "
        f"Stored: {stored[0]:,} drawings, {stored[1]:,} predictions, {stored[2]:,} times feedback, "
        "those under way at the end included."
    )


def overload_table(rows: Sequence[tuple[str, LoadResult, Sequence[float]]]) -> str:
    """Return accepted and refused requests and health checks; ratios are relative to the first row."""
    head = [
        "",
        "taken a second",
        "relative to the first",
        "p50",
        "p99",
        "refused a second",
        "p50",
        "p99",
        "/healthz p50",
        "p99",
    ]
    baseline = _accepted(rows[0][1]).per_second
    lines = []
    for name, result, health_milliseconds in rows:
        accepted, refused = _accepted(result), _refused(result)
        throughput = [f"{accepted.per_second:.0f}", f"{accepted.per_second / baseline:.2f} ×"]
        refusals = [f"{refused.per_second:.0f}", *_latencies(refused)]
        lines.append([name, *throughput, *_latencies(accepted), *refusals, *_p50_p99(health_milliseconds)])
    return as_table(head, lines)


def _accepted(result: LoadResult) -> LoadResult:
    return LoadResult([response for response in result.responses if response.status < 400], result.seconds)


def _refused(result: LoadResult) -> LoadResult:
    return LoadResult([response for response in result.responses if response.status in (429, 503)], result.seconds)


def _latencies(result: LoadResult) -> list[str]:
    return _p50_p99([response.milliseconds for response in result.responses])


def _p50_p99(milliseconds: Sequence[float]) -> list[str]:
    return [f"{value:,.0f} ms" for value in np.percentile(milliseconds, [50, 99])] if milliseconds else ["", ""]


def retraining_table(
    samples: Mapping[str, Sequence[ResourceSample]], shown: Sequence[int], files: Sequence[int]
) -> str:
    """Return the memory of each process after the `shown` numbers of retrainings, and its slope per retraining.

    files: in DOODLE_VAR after each retraining.
    """
    head = ["process", *(f"after {times}" for times in shown), "each", "files", "threads"]
    rows = []
    for name, series in samples.items():
        first, last = series[shown[0] - 1], series[shown[-1] - 1]
        size = np.array([sample.proportional for sample in series[shown[0] - 1 :]])
        slope = np.polyfit(np.arange(len(size)), size, 1)[0]
        sizes = [f"{series[times - 1].proportional:.1f} MB" for times in shown]
        rows.append(
            [name, *sizes, f"{slope:+.2f} MB", f"{first.files} → {last.files}", f"{first.threads} → {last.threads}"]
        )
    return as_table(head, rows) + f"\n\nFiles in DOODLE_VAR: {', '.join(str(files[times - 1]) for times in shown)}."


def as_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))

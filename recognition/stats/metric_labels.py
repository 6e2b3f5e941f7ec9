"""A version's metrics as text for people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DATASET_LABELS = {"base": "Quick, Draw! test drawings", "collected": "Collected test drawings"}
METRIC_LABELS = {  # of `training.evaluation.metrics.measure`
    "top1": "right",
    "top3": "among the best 3",
    "top5": "among the best 5",
    "macro_recall": "average class",
    "rejected": "not recognized",
    "ece": "calibration error",
}
UNIT = "\N{NO-BREAK SPACE}%"
MAX_MISTAKES = 3  # for each class


@dataclass(frozen=True)
class ClassMetrics:
    label: str
    support: int
    recall: float
    precision: float | None
    mistakes: str  # the most frequent wrong answers

    @property
    def recall_percent(self) -> str:
        return percent(self.recall)

    @property
    def precision_percent(self) -> str:
        return percent(self.precision)


@dataclass(frozen=True)
class DatasetMetrics:
    """A version's metrics on one set of test drawings."""

    title: str
    count: int
    shares: dict[str, str]
    classes: list[ClassMetrics]  # the lowest recall first: an editor can help there


def percent(value: float | None) -> str:
    """Return a share with one decimal, for tables: 98.4 %."""
    return "–" if value is None else f"{value * 100:.1f}{UNIT}"


def rounded_percent(value: float | None) -> str:
    """Return a share for sentences: 98 %, < 1 % or > 99 %. `formatConfidence` in static/js does the same."""
    if value is None:
        return "–"
    if value > 0.99:  # never 100 %, because a network is never certain
        return f">\N{NO-BREAK SPACE}99{UNIT}"
    if value < 0.01:
        return f"<\N{NO-BREAK SPACE}1{UNIT}"
    return f"{math.floor(value * 100 + 0.5)}{UNIT}"


def dataset_metrics(metrics: Mapping[str, Any]) -> list[DatasetMetrics]:
    """Return the metrics of each set of test drawings."""
    return [
        _metrics_of(title, metrics[name])
        for name, title in DATASET_LABELS.items()
        if (metrics.get(name) or {}).get("count")
    ]


def compare_metrics(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return name, our value and their value of each metric that either of them has."""
    return [
        (f"{title}: {share}", percent(mine), percent(other))
        for name, title in DATASET_LABELS.items()
        for key, share in METRIC_LABELS.items()
        for mine, other in [((ours.get(name) or {}).get(key), (theirs.get(name) or {}).get(key))]
        if mine is not None or other is not None
    ]


def _metrics_of(title: str, measured: Mapping[str, Any]) -> DatasetMetrics:
    tested = {label: row for label, row in measured.get("classes", {}).items() if row.get("recall") is not None}
    classes = [_class_metrics(label, row) for label, row in tested.items()]
    return DatasetMetrics(
        title=title,
        count=measured["count"],
        shares={share: percent(measured[key]) for key, share in METRIC_LABELS.items() if measured.get(key) is not None},
        classes=sorted(classes, key=lambda row: (row.recall, row.label)),
    )


def _class_metrics(label: str, measured: Mapping[str, Any]) -> ClassMetrics:
    others = [(count, other) for other, count in measured.get("said", {}).items() if other != label]
    mistakes = ", ".join(f"{other} {count}" for count, other in sorted(others, reverse=True)[:MAX_MISTAKES])
    return ClassMetrics(label, measured["support"], measured["recall"], measured.get("precision"), mistakes)

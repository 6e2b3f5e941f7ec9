"""A version's metrics as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recognition.models import ModelVersion
from recognition.stats.metric_labels import DATASET_LABELS, METRIC_LABELS, percent
from training.pages.confusion.confusion_matrix import Matrix
from training.pages.versions.charts import Chart
from training.pages.versions.examples import Pair
from training.pages.versions.reliability import Bin, bins_of, reliability_chart

MISTAKES = 3  # shown for each class
WORST = 8  # confusions listed beside the picture


@dataclass(frozen=True)
class ClassRow:
    label: str
    support: int
    recall: float
    precision: float | None
    mistakes: list[tuple[str, int]]  # what else was said, most often first

    @property
    def recall_percent(self) -> str:
        return percent(self.recall)

    @property
    def precision_percent(self) -> str:
        return percent(self.precision)


@dataclass(frozen=True)
class Measured:
    """How a version did on one set of test drawings."""

    name: str  # base or collected
    title: str
    count: int
    shares: dict[str, str]
    classes: list[ClassRow]  # the best first
    matrix: Matrix
    worst: list[Pair]
    bins: list[Bin]

    @property
    def reliability(self) -> Chart:
        return reliability_chart(self.bins)


def measured(version: ModelVersion) -> list[Measured]:
    """Return what is known of a version, for each set of test drawings it was measured on."""
    found = {name: version.metrics.get(name) or {} for name in DATASET_LABELS}
    return [_measured(version, name, one) for name, one in found.items() if one.get("count")]


def _measured(version: ModelVersion, name: str, one: Mapping[str, Any]) -> Measured:
    matrix = Matrix.of(version.labels, one)
    return Measured(
        name=name,
        title=DATASET_LABELS[name],
        count=one["count"],
        shares={title: percent(one[key]) for key, title in METRIC_LABELS.items() if one.get(key) is not None},
        classes=class_rows(one),
        matrix=matrix,
        worst=[Pair(*place) for place in matrix.worst(WORST)],
        bins=bins_of(one.get("reliability", [])),
    )


def class_rows(one: Mapping[str, Any]) -> list[ClassRow]:
    rows = [
        ClassRow(
            label=label,
            support=figures["support"],
            recall=figures["recall"],
            precision=figures["precision"],
            mistakes=_mistakes(label, figures["said"]),
        )
        for label, figures in one.get("classes", {}).items()
        if figures["support"]
    ]
    return sorted(rows, key=lambda row: (-row.recall, row.label))


def _mistakes(label: str, said: Mapping[str, int]) -> list[tuple[str, int]]:
    others = [(other, count) for other, count in said.items() if other != label]
    return sorted(others, key=lambda mistake: (-mistake[1], mistake[0]))[:MISTAKES]

"""A version's metrics on each test set, as its pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recognition.models import ModelVersion
from recognition.stats.metric_labels import DATASET_LABELS, METRIC_LABELS, percent
from training.jobs.charts import Chart
from training.pages.confusion.confused_pairs import ConfusedPair
from training.pages.confusion.confusion_matrix import ConfusionMatrix
from training.pages.confusion.matrix_table import MatrixTable, most_confused_classes
from training.pages.versions.reliability import ReliabilityBin, bins_from_metrics, reliability_chart

MAX_MISTAKES = 3  # shown for each class
MAX_CONFUSIONS = 8  # listed below the matrix


@dataclass(frozen=True)
class ClassMetrics:
    label: str
    support: int
    recall: float
    precision: float | None
    mistakes: list[tuple[str, int]]  # (predicted class, count), most frequent first

    @property
    def recall_percent(self) -> str:
        return percent(self.recall)

    @property
    def precision_percent(self) -> str:
        return percent(self.precision)


@dataclass(frozen=True)
class EvaluationResult:
    """A version's metrics on one test set."""

    name: str  # base or collected
    title: str
    count: int
    shares: dict[str, str]
    classes: list[ClassMetrics]  # best first
    matrix: ConfusionMatrix
    worst: list[ConfusedPair]
    bins: list[ReliabilityBin]

    @property
    def table(self) -> MatrixTable:
        return most_confused_classes(self.matrix)

    @property
    def reliability(self) -> Chart:
        return reliability_chart(self.bins)


def evaluation_results(version: ModelVersion) -> list[EvaluationResult]:
    """Return a version's results on each test set that it was evaluated on."""
    by_name = {name: version.metrics.get(name) or {} for name in DATASET_LABELS}
    return [_evaluation_result(version, name, metrics) for name, metrics in by_name.items() if metrics.get("count")]


def _evaluation_result(version: ModelVersion, name: str, metrics: Mapping[str, Any]) -> EvaluationResult:
    matrix = ConfusionMatrix.from_metrics(version.labels, metrics)
    return EvaluationResult(
        name=name,
        title=DATASET_LABELS[name],
        count=metrics["count"],
        shares={title: percent(metrics[key]) for key, title in METRIC_LABELS.items() if metrics.get(key) is not None},
        classes=class_metrics(metrics),
        matrix=matrix,
        worst=[ConfusedPair(*confusion) for confusion in matrix.worst(MAX_CONFUSIONS)],
        bins=bins_from_metrics(metrics.get("reliability", [])),
    )


def class_metrics(metrics: Mapping[str, Any]) -> list[ClassMetrics]:
    """Return the metrics of each class that has test drawings, by descending recall."""
    rows = [
        ClassMetrics(
            label=label,
            support=entry["support"],
            recall=entry["recall"],
            precision=entry["precision"],
            mistakes=_mistakes(label, entry["said"]),
        )
        for label, entry in metrics.get("classes", {}).items()
        if entry["support"]
    ]
    return sorted(rows, key=lambda row: (-row.recall, row.label))


def _mistakes(label: str, said: Mapping[str, int]) -> list[tuple[str, int]]:
    others = [(other, count) for other, count in said.items() if other != label]
    return sorted(others, key=lambda mistake: (-mistake[1], mistake[0]))[:MAX_MISTAKES]

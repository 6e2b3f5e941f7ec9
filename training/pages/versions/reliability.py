"""The reliability diagram: compares a version's confidence with its accuracy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recognition.stats.metric_labels import UNIT, percent
from recognition.stats.proportion import Proportion
from training.evaluation.reliability import BINS
from training.jobs.charts import Chart, ChartLine


@dataclass(frozen=True)
class ReliabilityBin:
    """Answers with about the same confidence."""

    confidence: float  # the mean
    share: Proportion
    band: tuple[int, int]  # (index, number of bands of the scale)

    @property
    def between(self) -> str:
        index, bands = self.band
        return f"{100 * index / bands:.0f}–{100 * (index + 1) / bands:.0f}{UNIT}"

    @property
    def confidence_percent(self) -> str:
        return percent(self.confidence)


def bins_from_metrics(curve: Iterable[Mapping[str, float]]) -> list[ReliabilityBin]:
    """Read the bins from the stored result of `training.evaluation.reliability.reliability`."""
    return [
        ReliabilityBin(
            point["confidence"],
            Proportion(round(point["accuracy"] * point["count"]), int(point["count"])),
            (min(int(point["confidence"] * BINS), BINS - 1), BINS),
        )
        for point in curve
    ]


def reliability_chart(bins: Sequence[ReliabilityBin]) -> Chart:
    """Return the chart of accuracy over confidence."""
    confidences = [group.confidence for group in bins]
    guide = ChartLine("as often as it says", confidences, is_guide=True)
    return Chart(
        "share",
        "confidence",
        confidences,
        [ChartLine.from_proportions("right", [group.share for group in bins]), guide],
    )

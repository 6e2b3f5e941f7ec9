"""Whether a version is right as often as its confidence says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recognition.stats.metric_labels import percent
from recognition.stats.proportion import Proportion
from training.evaluation.calibration import BINS
from training.pages.versions.charts import Chart, Line


@dataclass(frozen=True)
class Bin:
    """Answers that were about as confident."""

    confidence: float  # their average
    share: Proportion
    band: tuple[int, int]  # which of how many equal parts of the scale

    @property
    def between(self) -> str:
        number, of = self.band
        return f"{100 * number / of:.0f}–{100 * (number + 1) / of:.0f}%"

    @property
    def confidence_percent(self) -> str:
        return percent(self.confidence)


def bins_of(curve: Iterable[Mapping[str, float]]) -> list[Bin]:
    """Read what `training.evaluation.calibration.reliability` stored."""
    return [
        Bin(
            one["confidence"],
            Proportion(round(one["accuracy"] * one["count"]), int(one["count"])),
            (min(int(one["confidence"] * BINS), BINS - 1), BINS),
        )
        for one in curve
    ]


def reliability_chart(bins: Sequence[Bin]) -> Chart:
    """Return how often answers were right over how confident they were."""
    confidences = [one.confidence for one in bins]
    guide = Line("as often as it says", confidences, is_guide=True)
    return Chart("share", "confidence", confidences, [Line.of("right", [one.share for one in bins]), guide])

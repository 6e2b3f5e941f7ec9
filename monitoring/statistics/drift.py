"""Detects drift: whether recent predictions are distributed differently from those for the test drawings.

The measure is the population stability index (PSI), the sum of (observed - expected) · ln(observed / expected) over the
shares of all labels, or of all bands of confidence. By its rule of thumb less than 0.1 is no change, more than 0.25 a
strong one (N. Siddiqi, Credit Risk Scorecards, Wiley 2006).

That rule is for large samples and ten groups. With n predictions, m test drawings and B groups, chance alone adds about
(B - 1) · (1/n + 1/m) (B. Yurdakul, Statistical Properties of Population Stability Index, Western Michigan University
2018). That much is subtracted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any, NamedTuple

from monitoring.statistics.ttl_cache import cached_for
from recognition.models import Drawing, ModelVersion, Prediction

LATEST_PREDICTIONS = 2_000  # reading them takes about 10 ms
MIN_PREDICTIONS = 200  # of a version; fewer say nothing
CONFIDENCE_BANDS = 15  # as `training.evaluation.reliability` stores them
CHANGED_PSI, CHANGED_A_LOT_PSI = 0.1, 0.25
MAX_LABEL_CHANGES = 6
DRAWN_HERE = (Drawing.Source.PAGE, Drawing.Source.GAME, Drawing.Source.API)  # neither imports nor samples


class RecentPrediction(NamedTuple):
    label: str
    confidence: float
    recognized: bool


@dataclass(frozen=True)
class Baseline:
    """A version's predictions for the test drawings."""

    number: int
    labels: tuple[str, ...]
    label_counts: tuple[int, ...]  # in the order of `labels`
    band_counts: tuple[int, ...]  # by band of confidence

    @property
    def confidence(self) -> float | None:
        """Return the mean confidence, approximated by the middles of the bands."""
        total = sum(self.band_counts)
        middles = sum(count * (band + 0.5) / CONFIDENCE_BANDS for band, count in enumerate(self.band_counts))
        return middles / total if total else None


@dataclass(frozen=True)
class StabilityIndex:
    """The PSI of two distributions, without the part expected by chance."""

    value: float

    @property
    def verdict(self) -> str:
        if self.value < CHANGED_PSI:
            return "steady"
        return "changed" if self.value < CHANGED_A_LOT_PSI else "changed a lot"


@dataclass(frozen=True)
class LabelChange:
    """The share of a label in the test and in recent predictions."""

    label: str
    expected: float
    observed: float


@dataclass(frozen=True)
class Drift:
    """Recent predictions of one version, compared with its test."""

    version: int
    predictions: int
    recognized: float  # share
    confidence: float  # mean
    tested_confidence: float | None  # mean
    label_index: StabilityIndex | None  # None: too few predictions, or no test is known
    confidence_index: StabilityIndex | None
    label_changes: list[LabelChange]  # the largest first


@cached_for(30)
def drift_by_version() -> list[Drift]:
    """Return the drift of each version that made some of the latest predictions, the newest version first."""
    recent = _latest_predictions()
    baselines = [_baseline(pk) for pk in recent]
    drifts = [_drift(baseline, recent[pk]) for pk, baseline in zip(recent, baselines, strict=True) if baseline]
    return sorted(drifts, key=lambda drift: -drift.version)


def stability_index(expected: Sequence[int], observed: Sequence[int]) -> StabilityIndex | None:
    """Return the PSI of two counts of the same groups; None for too few observations.

    0.5 is added to each count, because an empty group would make the index infinite.
    """
    expected_total, observed_total = sum(expected), sum(observed)
    if observed_total < MIN_PREDICTIONS or not expected_total:
        return None
    groups = len(expected)
    index = 0.0
    for expected_count, observed_count in zip(expected, observed, strict=True):
        expected_share = (expected_count + 0.5) / (expected_total + groups / 2)
        observed_share = (observed_count + 0.5) / (observed_total + groups / 2)
        index += (observed_share - expected_share) * log(observed_share / expected_share)
    by_chance = (groups - 1) * (1 / observed_total + 1 / expected_total)
    return StabilityIndex(max(0.0, index - by_chance))


def _latest_predictions() -> dict[int, list[RecentPrediction]]:
    """Return the latest predictions by version: for drawings made here, of classes that the version was trained on."""
    latest = Prediction.objects.order_by("-pk").values("pk")[:LATEST_PREDICTIONS]
    made_here = Prediction.objects.filter(pk__in=latest, just_learnt=False, drawing__source__in=DRAWN_HERE)
    predictions: defaultdict[int, list[RecentPrediction]] = defaultdict(list)
    for version, *fields in made_here.order_by().values_list("model_version_id", *RecentPrediction._fields):
        predictions[version].append(RecentPrediction(*fields))
    return predictions


@lru_cache(maxsize=8)
def _baseline(pk: int) -> Baseline | None:
    """Read a version's test metrics. They are large and never change, so they are cached."""
    version = ModelVersion.objects.defer("artifact").filter(pk=pk).first()
    if version is None:
        return None
    tests = [version.metrics.get(name) or {} for name in ("base", "collected")]
    label_counts = _label_counts(tests)
    counts = tuple(label_counts[label] for label in version.labels)
    return Baseline(version.number, tuple(version.labels), counts, tuple(_band_counts(tests)))


def _label_counts(tests: Iterable[dict[str, Any]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for test in tests:
        for class_metrics in test.get("classes", {}).values():
            counts.update(class_metrics.get("said", {}))
    return counts


def _band_counts(tests: Iterable[dict[str, Any]]) -> list[int]:
    counts = [0] * CONFIDENCE_BANDS
    for test in tests:
        for bin_metrics in test.get("reliability", []):
            counts[_band(bin_metrics["confidence"])] += int(bin_metrics["count"])
    return counts


def _band(confidence: float) -> int:
    return max(0, min(int(confidence * CONFIDENCE_BANDS), CONFIDENCE_BANDS - 1))


def _drift(baseline: Baseline, predictions: Sequence[RecentPrediction]) -> Drift:
    labels = Counter(prediction.label for prediction in predictions)
    bands = Counter(_band(prediction.confidence) for prediction in predictions)
    label_counts = [labels[label] for label in baseline.labels]
    return Drift(
        version=baseline.number,
        predictions=len(predictions),
        recognized=sum(prediction.recognized for prediction in predictions) / len(predictions),
        confidence=sum(prediction.confidence for prediction in predictions) / len(predictions),
        tested_confidence=baseline.confidence,
        label_index=stability_index(baseline.label_counts, label_counts),
        confidence_index=stability_index(baseline.band_counts, [bands[band] for band in range(CONFIDENCE_BANDS)]),
        label_changes=_label_changes(baseline, label_counts),
    )


def _label_changes(baseline: Baseline, label_counts: Sequence[int]) -> list[LabelChange]:
    expected_total, observed_total = sum(baseline.label_counts), sum(label_counts)
    if not expected_total or not observed_total:
        return []
    changes = [
        LabelChange(label, expected / expected_total, observed / observed_total)
        for label, expected, observed in zip(baseline.labels, baseline.label_counts, label_counts, strict=True)
    ]
    return sorted(changes, key=lambda change: -abs(change.observed - change.expected))[:MAX_LABEL_CHANGES]

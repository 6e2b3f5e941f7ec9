"""Whether people draw something else than what a version was tested with.

The latest answers beside those to the test drawings, by the population stability index: the sum of
(seen - expected) · ln(seen / expected) over the shares of all classes, or of all bands of confidence. By its rule of
thumb less than 0.1 is no change, more than 0.25 a strong one (N. Siddiqi, Credit Risk Scorecards, Wiley 2006).

That rule is of large samples and ten groups. With n answers, m test drawings and B classes chance alone makes about
(B - 1) · (1/n + 1/m) of it (B. Yurdakul, Statistical Properties of Population Stability Index, Western Michigan
University 2018); that is taken off.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any, NamedTuple

from monitoring.statistics.ttl_cache import kept_for
from recognition.models import Drawing, ModelVersion, Prediction

LATEST = 2_000  # answers that are looked at: about 10 ms
ENOUGH = 200  # of a version; fewer say nothing
BANDS = 15  # of confidence, as `training.evaluation.calibration` stores them
SOME, STRONG = 0.1, 0.25
DRAWN_HERE = (Drawing.Source.PAGE, Drawing.Source.GAME, Drawing.Source.API)  # not imported, no samples


class Answer(NamedTuple):
    label: str
    confidence: float
    recognized: bool


@dataclass(frozen=True)
class Baseline:
    """What a version said about the test drawings."""

    number: int
    labels: tuple[str, ...]
    said: tuple[int, ...]  # how often each label
    bands: tuple[int, ...]  # how often each band of confidence

    @property
    def confidence(self) -> float | None:
        """Return the average; the bands' middles are close enough."""
        total = sum(self.bands)
        return sum(count * (band + 0.5) / BANDS for band, count in enumerate(self.bands)) / total if total else None


@dataclass(frozen=True)
class Shift:
    """How far one distribution is from another; chance is taken off."""

    index: float

    @property
    def verdict(self) -> str:
        return "steady" if self.index < SOME else "changed" if self.index < STRONG else "changed a lot"


@dataclass(frozen=True)
class Moved:
    """A label that is said more or less often than for the test drawings."""

    label: str
    expected: float
    seen: float


@dataclass(frozen=True)
class Drift:
    version: int
    answers: int
    recognized: float
    confidence: float
    tested_confidence: float | None
    labels: Shift | None  # None: too few answers, or nothing is known of the test
    bands: Shift | None
    moved: list[Moved]  # the labels that moved most


@kept_for(30)
def drifts() -> list[Drift]:
    """Return how the versions that gave the latest answers are used, the newest version first."""
    said = _latest()
    baselines = [_baseline(pk) for pk in said]
    found = [_drift(baseline, said[pk]) for pk, baseline in zip(said, baselines, strict=True) if baseline]
    return sorted(found, key=lambda drift: -drift.version)


def shift(expected: Sequence[int], seen: Sequence[int]) -> Shift | None:
    """Compare two counts of the same groups. Half of one is added to each: an empty group would be infinitely far."""
    many, few = sum(expected), sum(seen)
    if few < ENOUGH or not many:
        return None
    groups = len(expected)
    index = 0.0
    for before, now in zip(expected, seen, strict=True):
        was, is_now = (before + 0.5) / (many + groups / 2), (now + 0.5) / (few + groups / 2)
        index += (is_now - was) * log(is_now / was)
    return Shift(max(0.0, index - (groups - 1) * (1 / few + 1 / many)))


def _latest() -> dict[int, list[Answer]]:
    """Return the latest answers by version: to drawings that people made here, of classes that the version knows."""
    newest = Prediction.objects.order_by("-pk").values("pk")[:LATEST]
    drawn = Prediction.objects.filter(pk__in=newest, just_learnt=False, drawing__source__in=DRAWN_HERE)
    answers: defaultdict[int, list[Answer]] = defaultdict(list)
    for version, *answer in drawn.order_by().values_list("model_version_id", *Answer._fields):
        answers[version].append(Answer(*answer))
    return answers


@lru_cache(maxsize=8)
def _baseline(pk: int) -> Baseline | None:
    """Read what was measured when the version was made; it never changes, and is long."""
    version = ModelVersion.objects.defer("artifact").filter(pk=pk).first()
    if version is None:
        return None
    tests = [version.metrics.get(name) or {} for name in ("base", "collected")]
    said = _said(tests)
    counts = tuple(said[label] for label in version.labels)
    return Baseline(version.number, tuple(version.labels), counts, tuple(_bands(tests)))


def _said(tests: Iterable[dict[str, Any]]) -> Counter[str]:
    said: Counter[str] = Counter()
    for test in tests:
        for one in test.get("classes", {}).values():
            said.update(one.get("said", {}))
    return said


def _bands(tests: Iterable[dict[str, Any]]) -> list[int]:
    bands = [0] * BANDS
    for test in tests:
        for one in test.get("reliability", []):
            bands[_band(one["confidence"])] += int(one["count"])
    return bands


def _band(confidence: float) -> int:
    return max(0, min(int(confidence * BANDS), BANDS - 1))


def _drift(baseline: Baseline, answers: Sequence[Answer]) -> Drift:
    said, bands = Counter(one.label for one in answers), Counter(_band(one.confidence) for one in answers)
    counts = [said[label] for label in baseline.labels]
    return Drift(
        version=baseline.number,
        answers=len(answers),
        recognized=sum(one.recognized for one in answers) / len(answers),
        confidence=sum(one.confidence for one in answers) / len(answers),
        tested_confidence=baseline.confidence,
        labels=shift(baseline.said, counts),
        bands=shift(baseline.bands, [bands[band] for band in range(BANDS)]),
        moved=_moved(baseline, counts),
    )


def _moved(baseline: Baseline, counts: Sequence[int], most: int = 6) -> list[Moved]:
    tested, seen = sum(baseline.said), sum(counts)
    if not tested or not seen:
        return []
    shares = zip(baseline.labels, baseline.said, counts, strict=True)
    moved = [Moved(label, before / tested, now / seen) for label, before, now in shares]
    return sorted(moved, key=lambda one: -abs(one.seen - one.expected))[:most]

from __future__ import annotations

import random
from collections import Counter

import pytest

from monitoring.statistics.drift import drift_by_version, stability_index
from recognition.models import Drawing, ModelVersion, Prediction
from tests.factories import make_drawing, make_version

LABELS = 345  # as many as Quick, Draw! has


def drawn(shares: list[float], times: int, seed: int) -> list[int]:
    counts = Counter(random.Random(seed).choices(range(len(shares)), shares, k=times))
    return [counts[label] for label in range(len(shares))]


@pytest.mark.parametrize("seed", range(5))
def test_chance_alone_is_no_drift(seed: int) -> None:
    """Without taking chance off, so many labels would be called changed at 2,000 answers."""
    shares = [1.0] * LABELS
    index = stability_index(drawn(shares, 30_000, seed), drawn(shares, 2_000, seed + 100))

    assert index and index.verdict == "steady"


def test_people_who_all_draw_cats_are_a_drift() -> None:
    index = stability_index([100] * LABELS, drawn([50.0] + [1.0] * (LABELS - 1), 2_000, 0))

    assert index and index.verdict == "changed a lot"


def test_the_index_is_the_published_one() -> None:
    """By hand: (0.2 - 0.1) ln 2 + (0.8 - 0.9) ln (8/9) = 0.0811."""
    index = stability_index([100_000, 900_000], [200_000, 800_000])

    assert index and index.value == pytest.approx(0.0811, abs=0.0001)


@pytest.mark.parametrize(("expected", "seen"), [([], []), ([0, 0], [500, 500]), ([10, 10], [3, 3])])
def test_too_little_says_nothing(expected: list[int], seen: list[int]) -> None:
    assert stability_index(expected, seen) is None


def test_a_group_that_nobody_saw_is_not_infinitely_far() -> None:
    index = stability_index([500, 0, 500], [400, 200, 400])

    assert index and 0.25 < index.value < 10


def answer(version: ModelVersion, label: str, confidence: float, times: int, **fields: object) -> None:
    first = make_drawing()
    copied = {"strokes": None, "bitmap": first.bitmap, "split": first.split, "contributor": first.contributor} | fields
    drawings = Drawing.objects.bulk_create(Drawing(**copied) for _ in range(times))
    Prediction.objects.bulk_create(
        Prediction(
            drawing=drawing,
            model_version=version,
            label=label,
            confidence=confidence,
            recognized=confidence > 0.5,
            top=[],
            milliseconds=1.0,
        )
        for drawing in drawings
    )


def measured(version: ModelVersion, confidence: float) -> None:
    """Store what the version said about 600 test drawings, each class as often."""
    version.metrics = {
        "base": {
            "count": 600,
            "classes": {label: {"said": {label: 600 // len(version.labels)}} for label in version.labels},
            "reliability": [{"count": 600, "confidence": confidence, "accuracy": 0.9}],
        }
    }
    version.save(update_fields=["metrics"])


@pytest.mark.django_db
def test_a_site_without_answers_has_no_drift() -> None:
    assert drift_by_version() == []


@pytest.mark.django_db
def test_answers_are_compared_with_those_to_the_test_drawings() -> None:
    version = make_version()
    measured(version, confidence=0.9)
    for label in version.labels:
        answer(version, label, 0.4, 50)
    [drift] = drift_by_version()

    assert (drift.version, drift.predictions, drift.recognized) == (version.number, 50 * len(version.labels), 0.0)
    assert drift.label_index and drift.label_index.verdict == "steady"
    assert drift.confidence_index and drift.confidence_index.verdict == "changed a lot"
    assert drift.confidence == pytest.approx(0.4)
    assert drift.tested_confidence == pytest.approx(0.9, abs=0.04)


@pytest.mark.django_db
def test_what_is_said_more_often_is_named() -> None:
    version = make_version()
    measured(version, confidence=0.9)
    answer(version, "cat", 0.9, 300)
    [drift] = drift_by_version()

    assert drift.label_index and drift.label_index.verdict == "changed a lot"
    assert (drift.label_changes[0].label, drift.label_changes[0].observed) == ("cat", 1.0)


@pytest.mark.django_db
def test_imported_drawings_and_newly_learnt_classes_are_no_drift() -> None:
    version = make_version()
    measured(version, confidence=0.9)
    answer(version, "cat", 0.9, 300, source=Drawing.Source.IMPORT)
    answer(version, "spaceship", 0.9, 10)
    Prediction.objects.filter(label="spaceship").update(just_learnt=True)

    assert drift_by_version() == []


@pytest.mark.django_db
def test_a_version_that_was_never_measured_has_answers_but_no_drift() -> None:
    version = make_version()
    answer(version, "cat", 0.9, 300)
    [drift] = drift_by_version()

    assert drift.predictions == 300
    assert (drift.label_index, drift.confidence_index) == (None, None)
    assert (drift.tested_confidence, drift.label_changes) == (None, [])

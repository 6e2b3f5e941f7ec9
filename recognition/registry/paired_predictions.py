"""The drawings of an A/B test, each with the predictions of both models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from recognition.models import Drawing, Prediction, Trial

LATEST_DRAWINGS = 2_000  # of a test, from which accuracy and latency are computed
FIRST_DRAWINGS = 20_000  # of a test, which the sequential test looks at
# Drawings of the game do not count: there a drawing is sent as soon as the shown model recognizes it, which is unfair
# to the other model.
COMPARED_SOURCES = (Drawing.Source.PAGE, Drawing.Source.API)

BY_PEOPLE: dict[str, Any] = {"drawing__source__in": COMPARED_SOURCES, "drawing__feedback__by_staff": False}
# People tend to agree with the prediction that they see, which favours the model that is shown. A word that they were
# asked to draw favours neither.
ASKED_FOR: dict[str, Any] = {"drawing__source__in": COMPARED_SOURCES, "drawing__prompt__isnull": False}
SHOWN = "drawing__predictions"


class PredictionPair(NamedTuple):
    """The labels that the two models predicted for one drawing, and which of them was shown."""

    is_candidate_shown: bool
    champion: str
    candidate: str

    @property
    def shown(self) -> str:
        return self.candidate if self.is_candidate_shown else self.champion


class Timing(NamedTuple):
    """Whether one model recognized a drawing, and how long that took."""

    recognized: bool
    milliseconds: float


@dataclass(frozen=True)
class JudgedDrawing:
    """A drawing with predictions by both models and its true label: what was asked for, or what people said."""

    contributor: UUID
    predictions: PredictionPair
    truth: str | None  # None: none of the classes

    @property
    def champion_is_right(self) -> bool:
        return self.predictions.champion == self.truth

    @property
    def candidate_is_right(self) -> bool:
        return self.predictions.candidate == self.truth


def _unshown_with_shown(trial: Trial, **filters: Any) -> QuerySet[Prediction]:
    """Return the predictions that were not shown, joined as SHOWN with the shown ones for the same drawings."""
    versions = (trial.version_id, trial.champion_id)
    shown = {f"{SHOWN}__trial": None, f"{SHOWN}__model_version__in": versions}
    return Prediction.with_unshown.filter(trial=trial, **shown, **filters)


def latest_timings(trial: Trial) -> list[tuple[PredictionPair, Timing, Timing]]:
    """Return the predictions for the latest drawings, with the timings of champion and candidate."""
    rows = _unshown_with_shown(trial).order_by("-pk").values_list(
        f"{SHOWN}__model_version", f"{SHOWN}__label", "label", f"{SHOWN}__recognized", f"{SHOWN}__milliseconds",
        "recognized", "milliseconds",
    )[:LATEST_DRAWINGS]  # fmt: skip
    timings = []
    for version, shown, unshown, *columns in rows:
        predictions = _prediction_pair(trial, version, shown, unshown)
        pair = Timing(*columns[:2]), Timing(*columns[2:])
        champion, candidate = reversed(pair) if predictions.is_candidate_shown else pair
        timings.append((predictions, champion, candidate))
    return timings


def latest_judged(trial: Trial) -> list[JudgedDrawing]:
    """Return the latest drawings that have feedback of people, which depends on what they were shown."""
    latest = _unshown_ids(trial).order_by("-pk")[:LATEST_DRAWINGS]
    feedback = ("drawing__feedback__correct", "drawing__feedback__label__name")
    return [
        JudgedDrawing(contributor, pair, pair.shown if is_correct else label)
        for contributor, pair, is_correct, label in _pairs(trial, latest, *feedback, **BY_PEOPLE)
    ]


def disagreements(trial: Trial) -> list[JudgedDrawing]:
    """Return the drawings that were asked for, among the first ones, with differing predictions, oldest first."""
    first = _unshown_ids(trial).order_by("pk")[:FIRST_DRAWINGS]
    pairs = _pairs(trial, first, "drawing__prompt__name", **ASKED_FOR)
    return [JudgedDrawing(person, pair, prompt) for person, pair, prompt in pairs if pair.champion != pair.candidate]


def _unshown_ids(trial: Trial) -> QuerySet[Prediction, Any]:
    return Prediction.with_unshown.filter(trial=trial).values("pk")


def _pairs(trial: Trial, ids: QuerySet[Prediction, Any], *columns: str, **filters: Any) -> Iterator[tuple[Any, ...]]:
    """Yield contributor, predictions and columns of the drawings of some predictions that were not shown."""
    rows = _unshown_with_shown(trial, **filters, pk__in=ids).order_by("pk").values_list(
        "drawing__contributor", f"{SHOWN}__model_version", f"{SHOWN}__label", "label", *columns
    )  # fmt: skip
    for contributor, version, shown, unshown, *values in rows:
        yield contributor, _prediction_pair(trial, version, shown, unshown), *values


def _prediction_pair(trial: Trial, shown_version: int, shown: str, unshown: str) -> PredictionPair:
    is_candidate_shown = shown_version == trial.version_id
    return PredictionPair(is_candidate_shown, *((unshown, shown) if is_candidate_shown else (shown, unshown)))

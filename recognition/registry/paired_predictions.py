"""The drawings of an A/B test, each with the predictions of both models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet

from recognition.models import Drawing, Prediction, Trial

LATEST_DRAWINGS = 2_000  # of a test, from which accuracy and latency are computed
FIRST_DRAWINGS = 20_000  # of a test, which the sequential test looks at
# Drawings of the game do not count: there a drawing is sent as soon as the shown model recognizes it, which is unfair
# to the other model.
COMPARED_SOURCES = (Drawing.Source.PAGE, Drawing.Source.API)

BY_PEOPLE: dict[str, Any] = {"drawing__source__in": COMPARED_SOURCES, "drawing__feedback__by_staff": False}
SHOWN = "drawing__predictions"


class PredictionPair(NamedTuple):
    """The labels that the two models predicted for one drawing, and which of them was shown."""

    is_candidate_shown: bool
    champion: str
    candidate: str


class Timing(NamedTuple):
    """Whether one model recognized a drawing, and how long that took."""

    recognized: bool
    milliseconds: float


@dataclass(frozen=True)
class JudgedDrawing:
    """A drawing with predictions by both models and its true label, as its contributor gave it."""

    feedback: int
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
    """Return the latest drawings that have feedback of people."""
    latest = _unshown_ids(trial).order_by("-pk")[:LATEST_DRAWINGS]
    return _with_truth(trial, _unshown_with_shown(trial, **BY_PEOPLE, pk__in=latest))


def disagreements(trial: Trial) -> list[JudgedDrawing]:
    """Return the judged drawings, among the first ones, with differing predictions, in the order of the feedback."""
    ids = _unshown_ids(trial).order_by("pk")[:FIRST_DRAWINGS]
    first = _unshown_with_shown(trial, **BY_PEOPLE, pk__in=ids)
    differing = first.annotate(other=F(f"{SHOWN}__label")).exclude(label=F("other"))
    return sorted(_with_truth(trial, differing), key=lambda drawing: drawing.feedback)


def _unshown_ids(trial: Trial) -> QuerySet[Prediction, Any]:
    return Prediction.with_unshown.filter(trial=trial).values("pk")


def _with_truth(trial: Trial, predictions: QuerySet[Prediction]) -> list[JudgedDrawing]:
    rows = predictions.order_by().values_list(
        "drawing__feedback", "drawing__contributor", f"{SHOWN}__model_version", f"{SHOWN}__label", "label",
        "drawing__feedback__correct", "drawing__feedback__label__name",
    )  # fmt: skip
    return [
        JudgedDrawing(pk, contributor, _prediction_pair(trial, version, shown, unshown), shown if correct else truth)
        for pk, contributor, version, shown, unshown, correct, truth in rows
    ]


def _prediction_pair(trial: Trial, shown_version: int, shown: str, unshown: str) -> PredictionPair:
    is_candidate_shown = shown_version == trial.version_id
    return PredictionPair(is_candidate_shown, *((unshown, shown) if is_candidate_shown else (shown, unshown)))

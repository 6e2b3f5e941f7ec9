"""A/B tests (model `Trial`): compare a candidate with the champion, its control, and end a test that it loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import F, QuerySet

from recognition.models import Drawing, ModelVersion, Prediction, Trial
from recognition.registry.sequential_test import is_worse
from recognition.stats.proportion import Proportion

LATEST_DRAWINGS = 2_000  # of a test, from which accuracy and latency are computed
FIRST_DRAWINGS = 20_000  # of a test, which the sequential test looks at
MIN_TIMED_DRAWINGS = 200  # before a candidate can be called slow
MAX_SLOWDOWN = 2.0  # a candidate is too slow if both its median and its 95th percentile exceed this many times
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


@dataclass(frozen=True)
class Variant:
    """The results of one of the two models."""

    number: int
    right: Proportion  # of all judged drawings, whichever prediction was shown
    right_when_shown: Proportion
    recognized: Proportion
    median: float  # milliseconds
    percentile_95: float  # milliseconds


@dataclass(frozen=True)
class TrialResults:
    """The results of both models, and how often only one of them was right."""

    champion: Variant
    candidate: Variant
    agreement: Proportion
    wins: int  # contributors for whom the candidate was right on the first drawing that only one model got right
    losses: int

    @property
    def is_worse(self) -> bool:
        return is_worse(self.wins, self.losses)

    @property
    def is_slow(self) -> bool:
        candidate, champion = self.candidate, self.champion
        return (
            self.agreement.judged >= MIN_TIMED_DRAWINGS
            and candidate.median > MAX_SLOWDOWN * champion.median
            and candidate.percentile_95 > MAX_SLOWDOWN * champion.percentile_95
        )


def compare(trial: Trial) -> TrialResults:
    """Compare the models on drawings that both predicted; the cost does not grow with the number of drawings."""
    latest, judged = _latest_timings(trial), _latest_judged(trial)
    candidate_shown = [drawing for drawing in judged if drawing.predictions.is_candidate_shown]
    champion_shown = [drawing for drawing in judged if not drawing.predictions.is_candidate_shown]
    wins, losses = _count_wins(_disagreements(trial))
    return TrialResults(
        champion=Variant(
            trial.champion_number,
            _proportion([drawing.champion_is_right for drawing in judged]),
            _proportion([drawing.champion_is_right for drawing in champion_shown]),
            *_summarize([champion for _, champion, _ in latest]),
        ),
        candidate=Variant(
            trial.number,
            _proportion([drawing.candidate_is_right for drawing in judged]),
            _proportion([drawing.candidate_is_right for drawing in candidate_shown]),
            *_summarize([candidate for _, _, candidate in latest]),
        ),
        agreement=_proportion([pair.champion == pair.candidate for pair, _, _ in latest]),
        wins=wins,
        losses=losses,
    )


def end_if_failed() -> None:
    """End the running test if its candidate is worse, too slow or deleted, or if the champion changed."""
    trial = Trial.objects.running()
    if trial and (why := _reason_to_end(trial)):
        trial.end(why)


def _reason_to_end(trial: Trial) -> str:
    champion = ModelVersion.objects.current()
    if trial.version is None:
        return f"Version {trial.number} was deleted."
    if champion is None or champion.pk != trial.champion_id:
        return f"Version {champion.number} was put in service." if champion else "No version is in service any more."
    results = compare(trial)
    if results.is_worse:
        return (
            f"It did worse: where only one of the two was right, that was version {trial.number} for {results.wins} "
            f"people and version {trial.champion_number} for {results.losses}."
        )
    if results.is_slow:
        ours, theirs = results.candidate, results.champion
        return (
            f"It was too slow: half of the drawings took longer than {ours.median:.2f} ms, one in twenty longer than "
            f"{ours.percentile_95:.2f} ms; "
            f"with version {trial.champion_number} {theirs.median:.2f} and {theirs.percentile_95:.2f}."
        )
    return ""


def _unshown_with_shown(trial: Trial, **filters: Any) -> QuerySet[Prediction]:
    """Return the predictions that were not shown, joined as SHOWN with the shown ones for the same drawings."""
    versions = (trial.version_id, trial.champion_id)
    shown = {f"{SHOWN}__trial": None, f"{SHOWN}__model_version__in": versions}
    return Prediction.with_unshown.filter(trial=trial, **shown, **filters)


def _latest_timings(trial: Trial) -> list[tuple[PredictionPair, Timing, Timing]]:
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


def _latest_judged(trial: Trial) -> list[JudgedDrawing]:
    """Return the latest drawings that have feedback of people."""
    latest = _unshown_ids(trial).order_by("-pk")[:LATEST_DRAWINGS]
    return _with_truth(trial, _unshown_with_shown(trial, **BY_PEOPLE, pk__in=latest))


def _disagreements(trial: Trial) -> list[JudgedDrawing]:
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


def _count_wins(judged: Sequence[JudgedDrawing]) -> tuple[int, int]:
    """Count the contributors for whom only the candidate was right (wins), or only the champion (losses).

    Only the first such drawing of each contributor counts, as drawings of one contributor are not independent.
    """
    firsts: dict[UUID, bool] = {}
    for drawing in judged:
        if drawing.champion_is_right != drawing.candidate_is_right:
            firsts.setdefault(drawing.contributor, drawing.candidate_is_right)
    wins = sum(firsts.values())
    return wins, len(firsts) - wins


def _summarize(timings: Sequence[Timing]) -> tuple[Proportion, float, float]:
    """Return the proportion recognized, and the median and 95th percentile of the time in milliseconds."""
    times = [timing.milliseconds for timing in timings]
    median, percentile_95 = np.percentile(times, (50, 95)) if times else (0.0, 0.0)
    return _proportion([timing.recognized for timing in timings]), float(median), float(percentile_95)


def _proportion(right: Sequence[bool]) -> Proportion:
    return Proportion(sum(right), len(right))

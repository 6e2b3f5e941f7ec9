"""A/B tests (model `Trial`): compare a candidate with the champion, its control, and end a test that it loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from recognition.models import ModelVersion, Trial
from recognition.registry.paired_predictions import JudgedDrawing, Timing, disagreements, latest_judged, latest_timings
from recognition.registry.sequential_test import is_worse
from recognition.stats.proportion import Proportion

MIN_TIMED_DRAWINGS = 200  # before a candidate can be called slow
MAX_SLOWDOWN = 2.0  # a candidate is too slow if both its median and its 95th percentile exceed this many times


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
    # Contributors, by the first of their drawings that were asked for on which only one of the two was right.
    wins: int  # the candidate
    losses: int  # the champion

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
    latest, judged = latest_timings(trial), latest_judged(trial)
    candidate_shown = [drawing for drawing in judged if drawing.predictions.is_candidate_shown]
    champion_shown = [drawing for drawing in judged if not drawing.predictions.is_candidate_shown]
    wins, losses = _count_wins(disagreements(trial))
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
            f"It did worse: of the drawings that were asked for, where only one of the two was right, that was version "
            f"{trial.number} for {results.wins} people and version {trial.champion_number} for {results.losses}."
        )
    if results.is_slow:
        ours, theirs = results.candidate, results.champion
        return (
            f"It was too slow: half of the drawings took longer than {ours.median:.2f} ms, one in twenty longer than "
            f"{ours.percentile_95:.2f} ms; "
            f"with version {trial.champion_number} {theirs.median:.2f} and {theirs.percentile_95:.2f}."
        )
    return ""


def _count_wins(judged: Sequence[JudgedDrawing]) -> tuple[int, int]:
    """Count wins, where only the candidate was right, and losses, where only the champion was.

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

"""What a trial has shown so far, and whether it must end because the candidate does worse."""

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

LATEST = 2_000  # drawings of a trial by which figures are told
FIRST = 20_000  # drawings of a trial, the first ones, among which those are sought that tell the two apart
TIMED = 200  # drawings before a candidate can be called slow
SLOWER = 2.0  # times the champion, for the middle and the slowest of drawings: then it is too slow
# In the game a drawing is sent as soon as the network that is shown has got it, which is unfair to the other.
COMPARED = (Drawing.Source.PAGE, Drawing.Source.API)

BY_PEOPLE: dict[str, Any] = {"drawing__source__in": COMPARED, "drawing__feedback__by_staff": False}  # not by staff
SHOWN = "drawing__predictions"


class Answers(NamedTuple):
    """What the two answered to one drawing; whether people saw the candidate's."""

    is_candidates_shown: bool
    champion: str
    candidate: str


class Timed(NamedTuple):
    recognized: bool
    milliseconds: float


@dataclass(frozen=True)
class Judged:
    """A drawing that both answered, and what it is: whoever was shown one of the answers says so."""

    feedback: int
    contributor: UUID
    answers: Answers
    truth: str | None  # None: none of the classes

    @property
    def champion_is_right(self) -> bool:
        return self.answers.champion == self.truth

    @property
    def candidate_is_right(self) -> bool:
        return self.answers.candidate == self.truth


@dataclass(frozen=True)
class Side:
    """What a trial says of one of the two networks."""

    number: int
    right: Proportion  # of all judged drawings, whichever answer was shown
    right_when_shown: Proportion
    recognized: Proportion
    median: float  # milliseconds
    slowest: float  # milliseconds that 95 in 100 drawings stay below


@dataclass(frozen=True)
class Comparison:
    champion: Side
    candidate: Side
    agreement: Proportion
    wins: int  # people of whose drawings the first that only one of the two got right was the candidate's
    losses: int

    @property
    def is_worse(self) -> bool:
        return is_worse(self.wins, self.losses)

    @property
    def is_slow(self) -> bool:
        ours, theirs = self.candidate, self.champion
        is_enough = self.agreement.judged >= TIMED
        return is_enough and ours.median > SLOWER * theirs.median and ours.slowest > SLOWER * theirs.slowest


def compare(trial: Trial) -> Comparison:
    """Compare the two on drawings that both answered; costs no more however many drawings are stored."""
    latest, judged = _latest(trial), _judged(trial)
    shown = [one for one in judged if one.answers.is_candidates_shown]
    others = [one for one in judged if not one.answers.is_candidates_shown]
    wins, losses = _disagreements(_told_apart(trial))
    return Comparison(
        champion=Side(
            trial.champion_number,
            _share([one.champion_is_right for one in judged]),
            _share([one.champion_is_right for one in others]),
            *_times([champion for _, champion, _ in latest]),
        ),
        candidate=Side(
            trial.number,
            _share([one.candidate_is_right for one in judged]),
            _share([one.candidate_is_right for one in shown]),
            *_times([candidate for _, _, candidate in latest]),
        ),
        agreement=_share([answers.champion == answers.candidate for answers, _, _ in latest]),
        wins=wins,
        losses=losses,
    )


def watch() -> None:
    """End the trial that is running, if there is a reason to."""
    trial = Trial.objects.running()
    if trial and (why := _reason_to_end(trial)):
        trial.end(why)


def _reason_to_end(trial: Trial) -> str:
    champion = ModelVersion.objects.current()
    if trial.version is None:
        return f"Version {trial.number} was deleted."
    if champion is None or champion.pk != trial.champion_id:
        return f"Version {champion.number} was put in service." if champion else "No version is in service any more."
    found = compare(trial)
    if found.is_worse:
        return (
            f"It did worse: where only one of the two was right, that was version {trial.number} for {found.wins} "
            f"people and version {trial.champion_number} for {found.losses}."
        )
    if found.is_slow:
        ours, theirs = found.candidate, found.champion
        return (
            f"It was too slow: half of the drawings took longer than {ours.median:.2f} ms, one in twenty longer than "
            f"{ours.slowest:.2f} ms; with version {trial.champion_number} {theirs.median:.2f} and {theirs.slowest:.2f}."
        )
    return ""


def _both(trial: Trial, **also: Any) -> QuerySet[Prediction]:
    """Return the answers that were not shown; joined, as SHOWN, are those to the same drawings that were."""
    versions = (trial.version_id, trial.champion_id)
    shown = {f"{SHOWN}__trial": None, f"{SHOWN}__model_version__in": versions}
    return Prediction.with_unshown.filter(trial=trial, **shown, **also)


def _latest(trial: Trial) -> list[tuple[Answers, Timed, Timed]]:
    """Return what both answered to the latest drawings, with what it took the champion and the candidate."""
    rows = _both(trial).order_by("-pk").values_list(
        f"{SHOWN}__model_version", f"{SHOWN}__label", "label", f"{SHOWN}__recognized", f"{SHOWN}__milliseconds",
        "recognized", "milliseconds",
    )[:LATEST]  # fmt: skip
    found = []
    for version, shown, unshown, *timed in rows:
        answers = _answers(trial, version, shown, unshown)
        pair = Timed(*timed[:2]), Timed(*timed[2:])
        champion, candidate = reversed(pair) if answers.is_candidates_shown else pair
        found.append((answers, champion, candidate))
    return found


def _judged(trial: Trial) -> list[Judged]:
    """Return what people say of the latest drawings."""
    return _said(trial, _both(trial, **BY_PEOPLE, pk__in=_unshown(trial).order_by("-pk")[:LATEST]))


def _told_apart(trial: Trial) -> list[Judged]:
    """Return what people say of those among the first drawings that the two disagree on, in the order it was said."""
    first = _both(trial, **BY_PEOPLE, pk__in=_unshown(trial).order_by("pk")[:FIRST])
    differing = first.annotate(other=F(f"{SHOWN}__label")).exclude(label=F("other"))
    return sorted(_said(trial, differing), key=lambda one: one.feedback)


def _unshown(trial: Trial) -> QuerySet[Prediction, Any]:
    return Prediction.with_unshown.filter(trial=trial).values("pk")


def _said(trial: Trial, judged: QuerySet[Prediction]) -> list[Judged]:
    rows = judged.order_by().values_list(
        "drawing__feedback", "drawing__contributor", f"{SHOWN}__model_version", f"{SHOWN}__label", "label",
        "drawing__feedback__correct", "drawing__feedback__label__name",
    )  # fmt: skip
    return [
        Judged(pk, contributor, _answers(trial, version, shown, unshown), shown if correct else truth)
        for pk, contributor, version, shown, unshown, correct, truth in rows
    ]


def _answers(trial: Trial, shown_version: int, shown: str, unshown: str) -> Answers:
    is_candidates = shown_version == trial.version_id
    return Answers(is_candidates, *((unshown, shown) if is_candidates else (shown, unshown)))


def _disagreements(judged: Sequence[Judged]) -> tuple[int, int]:
    """Count for how many people the candidate was right and the champion wrong, and for how many it was the other way.

    Of each only the first such drawing counts: who draws a hundred of one kind is one witness, not a hundred.
    """
    firsts: dict[UUID, bool] = {}
    for one in judged:
        if one.champion_is_right != one.candidate_is_right:
            firsts.setdefault(one.contributor, one.candidate_is_right)
    wins = sum(firsts.values())
    return wins, len(firsts) - wins


def _times(latest: Sequence[Timed]) -> tuple[Proportion, float, float]:
    """Return the share that was recognized, and what half and 95 in 100 took at most."""
    median, slowest = np.percentile([one.milliseconds for one in latest], (50, 95)) if latest else (0.0, 0.0)
    return _share([one.recognized for one in latest]), float(median), float(slowest)


def _share(right: Sequence[Any]) -> Proportion:
    return Proportion(sum(right), len(right))

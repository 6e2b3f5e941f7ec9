"""How far a reviewer's word can be relied on: what he says about gold drawings, and how far he agrees with others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from recognition.models import AuditEntry, Contributor, Feedback, GoldAnswer
from recognition.stats.proportion import Proportion

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LATEST = 50  # gold answers that count: whoever learns is trusted again
FEWEST = 6  # gold answers before anybody is distrusted
# Distrusted is whose gold answers say that he is hardly right so often. Simulated over 300 gold answers, of reviewers
# who are right 97 times in 100 0.6 % are ever distrusted, of those with 95 3 %; of those with 80 all, half of them
# within 21 answers, of those with 70 half within 9.
RIGHT_ENOUGH = 0.9
WORDS = 5_000  # of all reviewers, the latest, by which agreement is told

Label = int | None  # of a class; None: none of these


@dataclass(frozen=True)
class GoldScore:
    """How many of his latest gold drawings somebody got right."""

    right: int
    answered: int

    @property
    def interval(self) -> tuple[float, float]:
        """Return between what his true share lies, with 95 % confidence."""
        return Proportion(self.right, self.answered).interval

    @property
    def is_trusted(self) -> bool:
        """Tell whether his word alone makes a label; a new reviewer's does."""
        return self.answered < FEWEST or self.interval[1] >= RIGHT_ENOUGH


@dataclass(frozen=True)
class Agreement:
    """How often a reviewer and others said the same about a drawing that both judged."""

    pairs: Sequence[tuple[Label, Label]]  # his word, another reviewer's

    @property
    def share(self) -> float | None:
        return sum(mine == other for mine, other in self.pairs) / len(self.pairs) if self.pairs else None

    @property
    def kappa(self) -> float | None:
        """Return Cohen's kappa: the agreement beyond what chance alone would give, 1 is all of it, 0 none.

        Cohen 1960, A Coefficient of Agreement for Nominal Scales; all others are taken for one second rater. None
        where nothing was judged twice, or where both only ever said one and the same.
        """
        if self.share is None:
            return None
        mine, others = (Counter(words) for words in zip(*self.pairs, strict=True))
        chance = sum(mine[label] * others[label] for label in mine) / len(self.pairs) ** 2
        return (self.share - chance) / (1 - chance) if chance < 1 else None


@dataclass(frozen=True)
class Reviewer:
    contributor: Contributor
    gold: GoldScore
    agreement: Agreement
    words: int  # of his among the latest of all


def gold_score(reviewer: Contributor) -> GoldScore:
    return _score(reviewer.gold_answers.order_by("-created_at")[:LATEST])


def is_trusted(reviewer: Contributor) -> bool:
    """Tell whether a reviewer's word alone makes a label; if not, a second reviewer has to say the same."""
    return gold_score(reviewer).is_trusted


def is_trusted_user(user: User) -> bool:
    """Tell the same of a user, in one query."""
    answers = GoldAnswer.objects.filter(contributor__user=user).order_by("-created_at")
    return _score(answers[:LATEST]).is_trusted


def distrusted() -> list[UUID]:
    """Return whose word alone makes no label any more, on the staff or not."""
    asked = Contributor.objects.filter(Exists(GoldAnswer.objects.filter(contributor=OuterRef("pk"))))
    latest = Prefetch("gold_answers", _latest_answers(), to_attr="latest_answers")
    return [one.pk for one in asked.prefetch_related(latest) if not _score(one.latest_answers).is_trusted]


def reviewers() -> list[Reviewer]:
    """Return everybody who has reviewed lately or has answered about gold drawings, those in need of a talk first."""
    latest = Prefetch("gold_answers", _latest_answers(), to_attr="latest_answers")
    staff = Contributor.objects.filter(user__is_staff=True).select_related("user").prefetch_related(latest)
    words = _latest_words()
    pairs, counts = _pairs(words), Counter(contributor for _, contributor, _ in words)
    found = [Reviewer(one, _score(one.latest_answers), Agreement(pairs[one.pk]), counts[one.pk]) for one in staff]
    active = [one for one in found if one.words or one.gold.answered]
    return sorted(active, key=lambda one: (one.gold.is_trusted, one.gold.interval[0], str(one.contributor)))


def forget_gold_answers(reviewer: Contributor) -> None:
    """Let a reviewer start afresh; what he said about other drawings stays as it is."""
    reviewer.gold_answers.all().delete()
    AuditEntry.objects.record(AuditEntry.Action.PERMITTED, f"reviewer {reviewer}", "starts afresh")


Word = tuple[UUID, UUID, Label]  # drawing, reviewer, label


def _latest_answers() -> QuerySet[GoldAnswer]:
    return GoldAnswer.objects.order_by("-created_at")[:LATEST]


def _latest_words() -> list[Word]:
    words = Feedback.objects.filter(by_staff=True).order_by("-updated_at")
    return list(words.values_list("drawing_id", "contributor_id", "label_id")[:WORDS])


def _pairs(words: Iterable[Word]) -> defaultdict[UUID, list[tuple[Label, Label]]]:
    """Return each reviewer's words beside those of others about the same drawings."""
    by_drawing: defaultdict[UUID, list[tuple[UUID, Label]]] = defaultdict(list)
    for drawing, reviewer, label in words:
        by_drawing[drawing].append((reviewer, label))
    pairs: defaultdict[UUID, list[tuple[Label, Label]]] = defaultdict(list)
    for said in by_drawing.values():
        for reviewer, mine in said:
            pairs[reviewer] += [(mine, other) for another, other in said if another != reviewer]
    return pairs


def _score(answers: Iterable[GoldAnswer]) -> GoldScore:
    right = [answer.right for answer in answers]
    return GoldScore(sum(right), len(right))

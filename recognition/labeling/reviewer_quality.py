"""Reviewer quality: accuracy on gold questions, and agreement with other reviewers (inter-annotator agreement)."""

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

RECENT_ANSWERS = 50  # the gold answers that count; so a reviewer who improves is trusted again
MIN_ANSWERS = 6  # gold answers before a reviewer can lose trust
# A reviewer loses trust when the confidence interval of their accuracy lies below this. Simulated over 300 gold
# answers: of reviewers with an accuracy of 97 %, 0.6 % ever lose trust; with 95 %, 3 %; with 80 %, all of them, half
# within 21 answers; with 70 %, half within 9.
MIN_ACCURACY = 0.9
RECENT_REVIEWS = 5_000  # the latest reviews by all reviewers, from which agreement is computed

Label = int | None  # primary key of a class; None: none of the classes


@dataclass(frozen=True)
class GoldScore:
    """How many of their latest gold questions a reviewer answered correctly."""

    right: int
    answered: int

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % confidence interval of the reviewer's accuracy."""
        return Proportion(self.right, self.answered).interval

    @property
    def is_trusted(self) -> bool:
        """Tell whether the reviewer's feedback alone decides a label; true for a new reviewer."""
        return self.answered < MIN_ANSWERS or self.interval[1] >= MIN_ACCURACY


@dataclass(frozen=True)
class Agreement:
    """Agreement of a reviewer with the other reviewers of the same drawings."""

    pairs: Sequence[tuple[Label, Label]]  # the reviewer's label, another reviewer's label

    @property
    def share(self) -> float | None:
        """Return the observed agreement, 0 to 1; None without pairs."""
        return sum(own == other for own, other in self.pairs) / len(self.pairs) if self.pairs else None

    @property
    def kappa(self) -> float | None:
        """Return Cohen's kappa: 1 is full agreement, 0 is what chance alone would give.

        Cohen 1960, A Coefficient of Agreement for Nominal Scales; all other reviewers count as one second rater. None
        without pairs, or when both raters only ever used one and the same label.
        """
        if self.share is None:
            return None
        own, others = (Counter(labels) for labels in zip(*self.pairs, strict=True))
        chance = sum(own[label] * others[label] for label in own) / len(self.pairs) ** 2
        return (self.share - chance) / (1 - chance) if chance < 1 else None


@dataclass(frozen=True)
class Reviewer:
    """A reviewer with their quality measures."""

    contributor: Contributor
    gold: GoldScore
    agreement: Agreement
    reviews: int  # among the RECENT_REVIEWS latest


def gold_score(reviewer: Contributor) -> GoldScore:
    return _score(reviewer.gold_answers.order_by("-created_at")[:RECENT_ANSWERS])


def is_trusted(reviewer: Contributor) -> bool:
    """Tell whether a reviewer's feedback alone decides a label; otherwise a second reviewer must agree."""
    return gold_score(reviewer).is_trusted


def is_trusted_user(user: User) -> bool:
    """Tell whether the feedback of a user alone decides a label, in one query."""
    answers = GoldAnswer.objects.filter(contributor__user=user).order_by("-created_at")
    return _score(answers[:RECENT_ANSWERS]).is_trusted


def untrusted_reviewers() -> list[UUID]:
    """Return the ids of all contributors who are not trusted any more, former staff included."""
    answerers = Contributor.objects.filter(Exists(GoldAnswer.objects.filter(contributor=OuterRef("pk"))))
    latest = Prefetch("gold_answers", _latest_answers(), to_attr="latest_answers")
    contributors = answerers.prefetch_related(latest)
    return [reviewer.pk for reviewer in contributors if not _score(reviewer.latest_answers).is_trusted]


def active_reviewers() -> list[Reviewer]:
    """Return the staff with recent reviews or gold answers, the untrusted and least accurate first."""
    latest = Prefetch("gold_answers", _latest_answers(), to_attr="latest_answers")
    staff = Contributor.objects.filter(user__is_staff=True).select_related("user").prefetch_related(latest)
    reviews = _recent_reviews()
    pairs, counts = _label_pairs(reviews), Counter(contributor for _, contributor, _ in reviews)
    reviewers = [
        Reviewer(person, _score(person.latest_answers), Agreement(pairs[person.pk]), counts[person.pk])
        for person in staff
    ]
    active = [reviewer for reviewer in reviewers if reviewer.reviews or reviewer.gold.answered]
    return sorted(active, key=_by_trust)


def reset_gold_answers(reviewer: Contributor) -> None:
    """Delete a reviewer's gold answers, so that they are trusted again; their feedback remains."""
    reviewer.gold_answers.all().delete()
    AuditEntry.objects.record(AuditEntry.Action.PERMITTED, f"reviewer {reviewer}", "starts afresh")


Review = tuple[UUID, UUID, Label]  # drawing, reviewer, label


def _by_trust(reviewer: Reviewer) -> tuple[bool, float, str]:
    return reviewer.gold.is_trusted, reviewer.gold.interval[0], str(reviewer.contributor)


def _latest_answers() -> QuerySet[GoldAnswer]:
    return GoldAnswer.objects.order_by("-created_at")[:RECENT_ANSWERS]


def _recent_reviews() -> list[Review]:
    reviews = Feedback.objects.filter(by_staff=True).order_by("-updated_at")
    return list(reviews.values_list("drawing_id", "contributor_id", "label_id")[:RECENT_REVIEWS])


def _label_pairs(reviews: Iterable[Review]) -> defaultdict[UUID, list[tuple[Label, Label]]]:
    """Pair each reviewer's labels with the labels that other reviewers gave to the same drawings."""
    by_drawing: defaultdict[UUID, list[tuple[UUID, Label]]] = defaultdict(list)
    for drawing, reviewer, label in reviews:
        by_drawing[drawing].append((reviewer, label))
    pairs: defaultdict[UUID, list[tuple[Label, Label]]] = defaultdict(list)
    for labels in by_drawing.values():
        for reviewer, own in labels:
            pairs[reviewer] += [(own, other) for another, other in labels if another != reviewer]
    return pairs


def _score(answers: Iterable[GoldAnswer]) -> GoldScore:
    right = [answer.right for answer in answers]
    return GoldScore(sum(right), len(right))

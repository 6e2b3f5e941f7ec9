"""The review queue: drawings that need a reviewer, the most doubtful first, with gold questions mixed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID
from zlib import crc32

from django.db.models import Exists, OuterRef, Q

from recognition.labeling.gold import GoldPool, gold_pool
from recognition.models import Contributor, Drawing, Exhibit, Feedback, Gold, Report
from recognition.models.drawing import DrawingQuerySet
from recognition.models.exhibit import CONFIDENCE_BANDS

DRAWINGS_PER_REASON = 500  # at most, in one queue
RECENT_REVIEWS = 2_000  # the latest reviews, from which drawings for a second review are chosen
DRAWINGS_PER_SECOND_REVIEW = 10  # one in this many reviewed drawings goes to a second reviewer

Status, Moderation = Drawing.Status, Drawing.Moderation


class ReviewReason(StrEnum):
    """Why a drawing needs a review, most urgent first."""

    REPORTED = "Somebody reported it."
    DISPUTED = "Two reviewers disagree about it."
    AGAIN = "A second reviewer should look at it."
    CONTRADICTED = "Its label contradicts a network that was sure."
    DISAGREED = "Two versions of the network disagree."
    UNSURE = "The network was unsure."
    PROPOSED = "Nobody has confirmed its label."


@dataclass(frozen=True)
class ReviewItem:
    """An entry of the review queue."""

    drawing_id: UUID
    reason: ReviewReason
    is_gold: bool = False  # never shown to the reviewer


def queue_for(reviewer: Contributor, skipped: set[str]) -> list[ReviewItem]:
    """Return the queue of one reviewer, the most urgent reason first, without the drawing ids in `skipped`.

    It holds drawings without a review, some that one or two other reviewers have judged, and gold questions.
    """
    items: dict[UUID, ReviewItem] = {}
    for reason, drawing_ids in _drawings_by_reason(reviewer):
        for drawing_id in drawing_ids:
            items.setdefault(drawing_id, ReviewItem(drawing_id, reason))
    order = list(ReviewReason)
    ordered = sorted(items.values(), key=lambda item: order.index(item.reason))
    mixed = _with_gold(ordered, gold_pool(reviewer), reviewer)
    return [item for item in mixed if str(item.drawing_id) not in skipped]


def _with_gold(items: Iterable[ReviewItem], pool: GoldPool, reviewer: Contributor) -> Iterator[ReviewItem]:
    shown = set()
    for item in items:
        gold = pool.question_before(item.drawing_id, reviewer)
        # Reported drawings come first, without gold questions between them.
        if gold and gold not in shown and item.reason is not ReviewReason.REPORTED:
            shown.add(gold)
            yield ReviewItem(gold, item.reason, is_gold=True)
        yield item


def _drawings_by_reason(reviewer: Contributor) -> Iterator[tuple[ReviewReason, Iterable[UUID]]]:
    reviewed = Feedback.objects.filter(drawing=OuterRef("pk"), by_staff=True)
    drawings = Drawing.objects.by_people().filter(~Exists(reviewed)).order_by("-created_at", "-id")
    gold = Gold.objects.filter(drawing=OuterRef("pk"))
    shown_still = Q(moderation=Moderation.UNSEEN, pk__in=Report.objects.values("drawing"))  # see moderation.report
    reported = drawings.filter(Q(moderation=Moderation.REPORTED) | shown_still)[:DRAWINGS_PER_REASON]
    contradicted = Exhibit.objects.filter(right=False, band=CONFIDENCE_BANDS - 1).values("pk")[:DRAWINGS_PER_REASON]
    pending = drawings.filter(status__in=(Status.PROPOSED, Status.UNLABELLED)).only("pk", "status")
    unsure, proposed, disagreed = _split_pending(pending[:DRAWINGS_PER_REASON])
    disputed, again = _second_reviews(reviewer)
    yield ReviewReason.REPORTED, reported.values_list("pk", flat=True)
    yield ReviewReason.DISPUTED, disputed
    yield ReviewReason.AGAIN, again
    yield ReviewReason.CONTRADICTED, drawings.filter(~Exists(gold), pk__in=contradicted).values_list("pk", flat=True)
    yield ReviewReason.DISAGREED, disagreed
    yield ReviewReason.UNSURE, unsure
    yield ReviewReason.PROPOSED, proposed


def _split_pending(drawings: DrawingQuerySet) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """Split drawings without an accepted label into unsure predictions, proposed labels and disagreeing versions."""
    unsure, proposed, disagreed = [], [], []
    for drawing in drawings.with_predictions():
        predictions = list(drawing.predictions.all())
        if len({prediction.label for prediction in predictions}) > 1:
            disagreed.append(drawing.pk)
        elif predictions and not predictions[-1].recognized:
            unsure.append(drawing.pk)
        elif drawing.status == Status.PROPOSED:
            proposed.append(drawing.pk)
    return unsure, proposed, disagreed


def _second_reviews(reviewer: Contributor) -> tuple[list[UUID], list[UUID]]:
    """Return drawings on which two other reviewers disagree, and drawings that need a second reviewer.

    A second reviewer is needed for every provisional review, and for a fixed random share of the others, which
    measures inter-annotator agreement. The share is the same for all reviewers.
    """
    disputed, again = [], []
    for drawing_id, reviews in _recent_reviews().items():
        if any(review.contributor_id == reviewer.pk for review in reviews):
            continue
        is_drawn_by_lot = crc32(drawing_id.bytes) % DRAWINGS_PER_SECOND_REVIEW == 0
        if len(reviews) == 1 and (reviews[0].provisional or is_drawn_by_lot):
            again.append(drawing_id)
        elif len(reviews) == 2 and reviews[0].label_id != reviews[1].label_id:
            disputed.append(drawing_id)
    return disputed, again


def _recent_reviews() -> dict[UUID, list[Feedback]]:
    """Return the latest feedback of reviewers by drawing id."""
    reviews = Feedback.objects.filter(by_staff=True).order_by("-updated_at")
    by_drawing: defaultdict[UUID, list[Feedback]] = defaultdict(list)
    for review in reviews.only("drawing_id", "contributor_id", "label_id", "provisional")[:RECENT_REVIEWS]:
        by_drawing[review.drawing_id].append(review)
    return by_drawing

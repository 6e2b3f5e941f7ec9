"""Which drawings are worth a look by a reviewer, the most doubtful first, with gold ones mixed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID
from zlib import crc32

from django.db.models import Exists, OuterRef

from recognition.labeling.gold import Pool, pool_for
from recognition.models import Contributor, Drawing, Exhibit, Feedback, Gold
from recognition.models.drawing import DrawingQuerySet
from recognition.models.exhibit import CONFIDENCE_BANDS

LOOKED_AT = 500  # drawings of each kind from which the queue is made
WORDS = 2_000  # of reviewers, the latest, among which second looks are chosen
SECOND_EVERY = 10  # one in so many of the drawings that a reviewer judged is judged by a second one

Status, Moderation = Drawing.Status, Drawing.Moderation


class ReviewReason(StrEnum):
    """Why a drawing is worth a look; in this order."""

    REPORTED = "Somebody reported it."
    DISPUTED = "Two reviewers disagree about it."
    AGAIN = "A second reviewer should look at it."
    CONTRADICTED = "Its label contradicts a network that was sure."
    DISAGREED = "Two versions of the network disagree."
    UNSURE = "The network was unsure."
    PROPOSED = "Nobody has confirmed its label."


@dataclass(frozen=True)
class ReviewItem:
    drawing_id: UUID
    doubt: ReviewReason
    is_gold: bool = False  # which the reviewer must not see


def queue(reviewer: Contributor, skipped: set[str]) -> list[ReviewItem]:
    """Return what is worth a look by a reviewer, the most doubtful first.

    That is what no reviewer has judged yet, a few that another one has, and gold drawings before some of them.
    """
    cases: dict[UUID, ReviewItem] = {}
    for doubt, drawings in _doubtful(reviewer):
        for drawing in drawings:
            cases.setdefault(drawing, ReviewItem(drawing, doubt))
    order = list(ReviewReason)
    found = sorted(cases.values(), key=lambda case: order.index(case.doubt))
    mixed = _with_gold(found, pool_for(reviewer), reviewer)
    return [case for case in mixed if str(case.drawing_id) not in skipped]


def _with_gold(cases: Iterable[ReviewItem], pool: Pool, reviewer: Contributor) -> Iterator[ReviewItem]:
    shown = set()
    for case in cases:
        gold = pool.before(case.drawing_id, reviewer)
        # those come first, and nothing between
        if gold and gold not in shown and case.doubt is not ReviewReason.REPORTED:
            shown.add(gold)
            yield ReviewItem(gold, case.doubt, is_gold=True)
        yield case


def _doubtful(reviewer: Contributor) -> Iterator[tuple[ReviewReason, Iterable[UUID]]]:
    judged = Feedback.objects.filter(drawing=OuterRef("pk"), by_staff=True)
    drawings = Drawing.objects.by_people().filter(~Exists(judged)).order_by("-created_at", "-id")
    gold = Gold.objects.filter(drawing=OuterRef("pk"))
    open_ones = drawings.filter(status__in=(Status.PROPOSED, Status.UNLABELLED)).only("pk", "status")
    unsure, proposed, disagreed = _sorted(open_ones[:LOOKED_AT])
    contradicted = Exhibit.objects.filter(right=False, band=CONFIDENCE_BANDS - 1).values("pk")[:LOOKED_AT]
    disputed, again = _second_looks(reviewer)
    yield (
        ReviewReason.REPORTED,
        drawings.filter(moderation=Moderation.REPORTED).values_list("pk", flat=True)[:LOOKED_AT],
    )
    yield ReviewReason.DISPUTED, disputed
    yield ReviewReason.AGAIN, again
    yield ReviewReason.CONTRADICTED, drawings.filter(~Exists(gold), pk__in=contradicted).values_list("pk", flat=True)
    yield ReviewReason.DISAGREED, disagreed
    yield ReviewReason.UNSURE, unsure
    yield ReviewReason.PROPOSED, proposed


def _sorted(drawings: DrawingQuerySet) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """Return those that the network was unsure of, those that are proposed, and those that versions disagree on."""
    unsure, proposed, disagreed = [], [], []
    for drawing in drawings.with_predictions():
        guesses = list(drawing.predictions.all())
        if len({guess.label for guess in guesses}) > 1:
            disagreed.append(drawing.pk)
        elif guesses and not guesses[-1].recognized:
            unsure.append(drawing.pk)
        elif drawing.status == Status.PROPOSED:
            proposed.append(drawing.pk)
    return unsure, proposed, disagreed


def _second_looks(reviewer: Contributor) -> tuple[list[UUID], list[UUID]]:
    """Return what two others disagree about, and what one other has judged and a second reviewer should.

    That is each drawing about which the word of somebody whom we do not trust waits for another, and a share of the
    rest, by which agreement is told; chosen by lot, the same ones for everybody.
    """
    disputed, again = [], []
    for drawing, words in _latest_words().items():
        if any(word.contributor_id == reviewer.pk for word in words):
            continue
        if len(words) == 1 and (words[0].provisional or crc32(drawing.bytes) % SECOND_EVERY == 0):
            again.append(drawing)
        elif len(words) == 2 and words[0].label_id != words[1].label_id:
            disputed.append(drawing)
    return disputed, again


def _latest_words() -> dict[UUID, list[Feedback]]:
    """Return what reviewers have said lately, drawing by drawing."""
    words = Feedback.objects.filter(by_staff=True).order_by("-updated_at")
    by_drawing: defaultdict[UUID, list[Feedback]] = defaultdict(list)
    for word in words.only("drawing_id", "contributor_id", "label_id", "provisional")[:WORDS]:
        by_drawing[word.drawing_id].append(word)
    return by_drawing

"""Gold questions: drawings with a known label, mixed into the review queue to measure reviewer quality.

Staff mark gold drawings in the admin. A drawing also becomes gold automatically when two trusted reviewers give it the
same label and all other feedback, its owner's included, agrees. It loses an automatic mark with the first objection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from recognition.models import Contributor, DoodleClass, Drawing, Feedback, Gold, GoldAnswer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DRAWINGS_PER_QUESTION = 12  # a gold question precedes one in this many drawings
POOL_SIZE = 500  # the newest gold drawings, which reviewers are asked about
MIN_AGREEING_REVIEWERS = 2  # to make a drawing gold


@dataclass(frozen=True)
class GoldPool:
    """The gold drawings for one reviewer, in a stable order, and the ones whose label they already know."""

    drawings: Sequence[UUID]
    known: frozenset[UUID]

    def question_before(self, drawing_id: UUID, reviewer: Contributor) -> UUID | None:
        """Return the gold drawing to show before another drawing, or None.

        The choice is a hash of the reviewer and the drawing. So a reloaded page shows the same one, and every answer,
        gold or not, makes the queue one shorter.
        """
        number = crc32(reviewer.pk.bytes + drawing_id.bytes)
        if number % DRAWINGS_PER_QUESTION or not self.drawings:
            return None
        chosen = self.drawings[number // DRAWINGS_PER_QUESTION % len(self.drawings)]
        return None if chosen in self.known else chosen


def gold_pool(reviewer: Contributor) -> GoldPool:
    """Return a reviewer's gold pool; they know the drawings that they answered, judged or marked themselves."""
    answered = GoldAnswer.objects.filter(gold=OuterRef("pk"), contributor=reviewer)
    judged = Feedback.objects.filter(drawing=OuterRef("drawing"), contributor=reviewer)
    known = Q(Exists(answered)) | Q(Exists(judged))
    rows = _usable().annotate(known=known).order_by("-pk").values_list("drawing_id", "known", "by_id")[:POOL_SIZE]
    is_known = {drawing: known or (by is not None and by == reviewer.user_id) for drawing, known, by in rows}
    return GoldPool(sorted(is_known), frozenset(drawing for drawing, known in is_known.items() if known))


def record_answer(drawing: Drawing, reviewer: Contributor, label: DoodleClass | None) -> GoldAnswer | None:
    """Record a reviewer's answer to a gold question; only the first answer counts.

    Returns None if the drawing is not a gold question for this reviewer.
    """
    gold = _usable().filter(drawing=drawing).exclude(by__isnull=False, by=reviewer.user_id).first()
    if gold is None or Feedback.objects.filter(drawing=drawing, contributor=reviewer).exists():
        return None
    right = label is not None and label.pk == gold.label_id
    facts = {"label": label, "right": right}
    return GoldAnswer.objects.get_or_create(gold=gold, contributor=reviewer, defaults=facts)[0]


def withdraw_answer(drawing_id: UUID, reviewer: Contributor) -> None:
    """Delete a reviewer's answer to a gold question, if there is one."""
    GoldAnswer.objects.filter(gold__drawing=drawing_id, contributor=reviewer).delete()


@transaction.atomic
def mark(drawings: Iterable[Drawing], by: User) -> int:
    """Mark accepted drawings as gold by hand and skip all others; return how many are new.

    Unlike an automatic mark, this one stays when reviewers object later.
    """
    accepted = [drawing for drawing in drawings if drawing.status == Drawing.Status.ACCEPTED and drawing.label_id]
    same_label = Gold.objects.filter(drawing__in=accepted, label=F("drawing__label"))
    existing = set(same_label.values_list("drawing", flat=True))
    new = [drawing for drawing in accepted if drawing.pk not in existing]
    Gold.objects.filter(drawing__in=existing, automatic=True).update(automatic=False, by=by)
    Gold.objects.filter(drawing__in=new).delete()  # marks with another label, and the answers to them
    Gold.objects.bulk_create([Gold(drawing=drawing, label=drawing.label, by=by) for drawing in new])
    return len(new)


def unmark(drawings: QuerySet[Drawing]) -> int:
    """Remove the gold mark of drawings and all answers to them; return how many were marked."""
    _, deleted = Gold.objects.filter(drawing__in=drawings.order_by().values("pk")).delete()
    return deleted.get(Gold._meta.label, 0)


def update_gold(drawing: Drawing, feedback: Sequence[Feedback]) -> None:
    """Mark a drawing as gold once reviewers agree on it, and remove that mark once any feedback objects."""
    reviewers = [entry for entry in feedback if entry.by_staff and not entry.provisional]
    labels = {entry.label_id for entry in feedback}
    is_unanimous = len(labels) == 1 and drawing.label_id in labels
    if len(reviewers) >= MIN_AGREEING_REVIEWERS and is_unanimous and drawing.label_id:
        Gold.objects.get_or_create(drawing=drawing, defaults={"label_id": drawing.label_id, "automatic": True})
    elif any(entry.by_staff for entry in feedback):
        Gold.objects.filter(drawing=drawing, automatic=True).delete()


def _usable() -> QuerySet[Gold]:
    """Return the gold drawings that are accepted, still have the marked label and are not reported or hidden."""
    shown = (Drawing.Moderation.UNSEEN, Drawing.Moderation.APPROVED)
    return Gold.objects.filter(
        drawing__status=Drawing.Status.ACCEPTED, drawing__label=F("label"), drawing__moderation__in=shown
    )

"""Gold drawings: their label is beyond doubt, and what reviewers say about them shows how good the reviewers are.

Staff mark them in the admin. A drawing becomes gold by itself when two reviewers whom we trust call it the same and
nobody, whoever drew it included, has said anything else; it is gold no longer as soon as somebody does.
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

EVERY = 12  # one in so many of what a reviewer is shown is gold
MOST = 500  # gold drawings, the newest, that reviewers are asked about
AGREED = 2  # reviewers who make a drawing gold


@dataclass(frozen=True)
class Pool:
    """The gold drawings that a reviewer may be asked about, in an order that stays, and those that he knows already."""

    drawings: Sequence[UUID]
    known: frozenset[UUID]

    def before(self, drawing_id: UUID, reviewer: Contributor) -> UUID | None:
        """Return the gold drawing that is shown before another one, if one is.

        It hangs on nothing but the two, so that it stays the same when a page is loaded again, and so that the queue
        gets shorter by one with each answer, gold or not.
        """
        lot = crc32(reviewer.pk.bytes + drawing_id.bytes)
        if lot % EVERY or not self.drawings:
            return None
        chosen = self.drawings[lot // EVERY % len(self.drawings)]
        return None if chosen in self.known else chosen


def pool_for(reviewer: Contributor) -> Pool:
    """Return what a reviewer may be asked; of whom we know that he answered, judged or marked it he is not asked."""
    answered = GoldAnswer.objects.filter(gold=OuterRef("pk"), contributor=reviewer)
    judged = Feedback.objects.filter(drawing=OuterRef("drawing"), contributor=reviewer)
    known = Q(Exists(answered)) | Q(Exists(judged))
    rows = _usable().annotate(known=known).order_by("-pk").values_list("drawing_id", "known", "by_id")[:MOST]
    found = {drawing: known or (by is not None and by == reviewer.user_id) for drawing, known, by in rows}
    return Pool(sorted(found), frozenset(drawing for drawing, known in found.items() if known))


def answer(drawing: Drawing, reviewer: Contributor, label: DoodleClass | None) -> GoldAnswer | None:
    """Record what a reviewer says about a gold drawing; the first answer counts. None: it is not gold to him."""
    gold = _usable().filter(drawing=drawing).exclude(by__isnull=False, by=reviewer.user_id).first()
    if gold is None or Feedback.objects.filter(drawing=drawing, contributor=reviewer).exists():
        return None
    right = label is not None and label.pk == gold.label_id
    facts = {"label": label, "right": right}
    return GoldAnswer.objects.get_or_create(gold=gold, contributor=reviewer, defaults=facts)[0]


def take_back(drawing_id: UUID, reviewer: Contributor) -> None:
    """Forget what a reviewer said about a gold drawing; harmless when either is gone."""
    GoldAnswer.objects.filter(gold__drawing=drawing_id, contributor=reviewer).delete()


@transaction.atomic
def mark(drawings: Iterable[Drawing], by: User) -> int:
    """Mark accepted drawings as gold, whatever reviewers may say later; leave out others. Returns how many are new."""
    accepted = [drawing for drawing in drawings if drawing.status == Drawing.Status.ACCEPTED and drawing.label_id]
    there = set(Gold.objects.filter(drawing__in=accepted, label=F("drawing__label")).values_list("drawing", flat=True))
    new = [drawing for drawing in accepted if drawing.pk not in there]
    Gold.objects.filter(drawing__in=there, automatic=True).update(automatic=False, by=by)
    Gold.objects.filter(drawing__in=new).delete()  # of another label, and the answers with it
    Gold.objects.bulk_create([Gold(drawing=drawing, label=drawing.label, by=by) for drawing in new])
    return len(new)


def unmark(drawings: QuerySet[Drawing]) -> int:
    """Take the mark from drawings, and with it what reviewers answered. Returns how many had it."""
    _, deleted = Gold.objects.filter(drawing__in=drawings.order_by().values("pk")).delete()
    return deleted.get(Gold._meta.label, 0)


def keep_in_step(drawing: Drawing, feedback: Sequence[Feedback]) -> None:
    """Make a drawing gold once reviewers agree, and take that back once somebody says otherwise."""
    reviewers = [one for one in feedback if one.by_staff and not one.provisional]
    labels = {one.label_id for one in feedback}
    if len(reviewers) >= AGREED and len(labels) == 1 and drawing.label_id in labels and drawing.label_id:
        Gold.objects.get_or_create(drawing=drawing, defaults={"label_id": drawing.label_id, "automatic": True})
    elif any(one.by_staff for one in feedback):
        Gold.objects.filter(drawing=drawing, automatic=True).delete()


def _usable() -> QuerySet[Gold]:
    """Return the gold drawings that are still called the same and that nobody objects to."""
    shown = (Drawing.Moderation.UNSEEN, Drawing.Moderation.APPROVED)
    return Gold.objects.filter(
        drawing__status=Drawing.Status.ACCEPTED, drawing__label=F("label"), drawing__moderation__in=shown
    )

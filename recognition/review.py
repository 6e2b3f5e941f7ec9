"""Which drawings are worth a look by staff, the most doubtful first, and what they decide about one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from recognition.gallery import moderate
from recognition.labels import resolve
from recognition.models import Contributor, DoodleClass, Drawing, Exhibit, Feedback
from recognition.models.drawing import DrawingQuerySet
from recognition.models.exhibit import BANDS
from recognition.services import say_what_it_is

LOOKED_AT = 500  # drawings of each kind from which the queue is made

Status, Moderation = Drawing.Status, Drawing.Moderation


class Doubt(StrEnum):
    """Why a drawing is worth a look; in this order."""

    REPORTED = "Somebody reported it."
    CONTRADICTED = "Its label contradicts a network that was sure."
    DISAGREED = "Two versions of the network disagree."
    UNSURE = "The network was unsure."
    PROPOSED = "Nobody has confirmed its label."


@dataclass(frozen=True)
class Case:
    drawing_id: UUID
    doubt: Doubt


def queue(skipped: set[str]) -> list[Case]:
    """Return what is worth a look and nobody on the staff has judged yet, the most doubtful first."""
    cases: dict[UUID, Case] = {}
    for doubt, drawings in _doubtful():
        for drawing in drawings:
            cases.setdefault(drawing.pk, Case(drawing.pk, doubt))
    order = list(Doubt)
    waiting = [case for case in cases.values() if str(case.drawing_id) not in skipped]
    return sorted(waiting, key=lambda case: order.index(case.doubt))


@dataclass(frozen=True)
class Decision:
    """What is to be undone of a decision: how it was before."""

    drawing_id: str
    moderation: str
    before: dict[str, Any] | None  # the reviewer's own earlier words

    @classmethod
    def about(cls, drawing: Drawing, reviewer: Contributor) -> Decision:
        drawing.refresh_from_db(fields=["moderation"])
        said = Feedback.objects.filter(drawing=drawing, contributor=reviewer).first()
        before = {"correct": said.correct, "label": said.label_id, "by_staff": said.by_staff} if said else None
        return cls(str(drawing.pk), drawing.moderation, before)


def decide(drawing: Drawing, reviewer: Contributor, label: DoodleClass | None) -> Decision:
    """Take a reviewer's word for what a drawing is, None for none of the classes."""
    decision = Decision.about(drawing, reviewer)
    say_what_it_is(drawing, reviewer, label, by_staff=True)
    if drawing.moderation == Moderation.REPORTED:
        moderate(drawing, Moderation.APPROVED)
    return decision


def hide(drawing: Drawing, reviewer: Contributor) -> Decision:
    """Hide a drawing that nobody should see; training will not see it either."""
    decision = Decision.about(drawing, reviewer)
    say_what_it_is(drawing, reviewer, None, by_staff=True)
    moderate(drawing, Moderation.HIDDEN)
    return decision


@transaction.atomic
def undo(decision: Decision, reviewer: Contributor) -> None:
    """Bring back how it was before a decision; does nothing if the drawing is gone."""
    drawing = Drawing.objects.select_for_update().defer("bitmap", "strokes").filter(pk=decision.drawing_id).first()
    if drawing is None:
        return
    said = Feedback.objects.filter(drawing=drawing, contributor=reviewer)
    if decision.before is None:
        said.delete()
    else:
        said.update(**decision.before)
    drawing.moderation = decision.moderation
    drawing.save(update_fields=["moderation"])
    resolve(drawing)


def _doubtful() -> Iterator[tuple[Doubt, list[Drawing]]]:
    judged = Feedback.objects.filter(drawing=OuterRef("pk"), by_staff=True)
    drawings = Drawing.objects.filter(~Exists(judged)).only("pk", "status").order_by("-created_at", "-id")
    open_ones = drawings.filter(status__in=(Status.PROPOSED, Status.UNLABELLED))[:LOOKED_AT]
    unsure, proposed, disagreed = _sorted(open_ones)
    contradicted = Exhibit.objects.filter(right=False, band=BANDS - 1).values("pk")[:LOOKED_AT]
    yield Doubt.REPORTED, list(drawings.filter(moderation=Moderation.REPORTED)[:LOOKED_AT])
    yield Doubt.CONTRADICTED, list(drawings.filter(pk__in=contradicted))
    yield Doubt.DISAGREED, disagreed
    yield Doubt.UNSURE, unsure
    yield Doubt.PROPOSED, proposed


def _sorted(drawings: DrawingQuerySet) -> tuple[list[Drawing], list[Drawing], list[Drawing]]:
    """Return those that the network was unsure of, those that are proposed, and those that versions disagree on."""
    unsure, proposed, disagreed = [], [], []
    for drawing in drawings.with_predictions():
        guesses = list(drawing.predictions.all())
        if len({guess.label for guess in guesses}) > 1:
            disagreed.append(drawing)
        elif guesses and not guesses[-1].recognized:
            unsure.append(drawing)
        elif drawing.status == Status.PROPOSED:
            proposed.append(drawing)
    return unsure, proposed, disagreed

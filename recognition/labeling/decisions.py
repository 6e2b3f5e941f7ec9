"""What reviewers decide about a drawing, and how that is undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from recognition.labeling import gold
from recognition.labeling.feedback import label_drawing
from recognition.labeling.policy import update_label
from recognition.models import AuditEntry, Contributor, DoodleClass, Drawing, Feedback
from recognition.moderation import moderate

Moderation = Drawing.Moderation


@dataclass(frozen=True)
class Decision:
    """What is to be undone of a decision: how it was before, and what it was moderated to."""

    drawing_id: str
    moderation: str
    before: dict[str, Any] | None  # the reviewer's own earlier words
    moderated: str | None = None
    is_gold: bool = False  # it was an answer about a gold drawing and changed nothing

    @classmethod
    def about(cls, drawing: Drawing, reviewer: Contributor, moderated: str | None = None) -> Decision:
        said = Feedback.objects.filter(drawing=drawing, contributor=reviewer).first()
        fields = ("correct", "label_id", "by_staff", "provisional")
        before = {field: getattr(said, field) for field in fields} if said else None
        return cls(str(drawing.pk), drawing.moderation, before, moderated)


def decide(drawing: Drawing, reviewer: Contributor, label: DoodleClass | None) -> Decision:
    """Take a reviewer's word for what a drawing is, None for none of the classes. Raises Drawing.DoesNotExist."""
    if gold.answer(drawing, reviewer, label):
        return Decision(str(drawing.pk), "", None, is_gold=True)
    return _judge(drawing, reviewer, label, {Moderation.REPORTED: Moderation.APPROVED})


def hide(drawing: Drawing, reviewer: Contributor) -> Decision:
    """Hide a drawing that nobody should see; training will not see it either. Raises Drawing.DoesNotExist."""
    if gold.answer(drawing, reviewer, None):
        return Decision(str(drawing.pk), "", None, is_gold=True)
    return _judge(drawing, reviewer, None, dict.fromkeys(Moderation, Moderation.HIDDEN))


@transaction.atomic
def undo(decision: Decision, reviewer: Contributor) -> None:
    """Bring back how it was before a decision; what others decided since stays. Harmless if the drawing is gone."""
    if decision.is_gold:
        gold.take_back(UUID(decision.drawing_id), reviewer)
        return
    drawings = Drawing.objects.select_for_update().defer("bitmap", "strokes").with_predictions()
    drawing = drawings.filter(pk=decision.drawing_id).first()
    if drawing is None:
        return
    said = Feedback.objects.filter(drawing=drawing, contributor=reviewer)
    if decision.before is None:
        said.delete()
    else:
        said.update(**decision.before)
    if drawing.moderation == decision.moderated:
        drawing.moderation = decision.moderation
        drawing.save(update_fields=["moderation"])
    update_label(drawing)
    AuditEntry.objects.record(AuditEntry.Action.LABELLED, "drawing", "took the last word back", drawing=drawing)


@transaction.atomic
def _judge(
    drawing: Drawing, reviewer: Contributor, label: DoodleClass | None, moderates: dict[Moderation, Moderation]
) -> Decision:
    """Take a reviewer's word; one whom we do not trust neither shows nor hides for good what others have to look at."""
    locked = Drawing.objects.select_for_update().defer("bitmap", "strokes").get(pk=drawing.pk)
    before = Decision.about(locked, reviewer)
    said = label_drawing(drawing, reviewer, label, by_staff=True)
    moderated = moderates.get(Moderation(locked.moderation))
    if moderated and said.provisional:
        moderated = Moderation.REPORTED if moderated == Moderation.HIDDEN else None
    if moderated and moderated != locked.moderation:
        moderate(drawing, moderated)
        return replace(before, moderated=moderated.value)
    return before

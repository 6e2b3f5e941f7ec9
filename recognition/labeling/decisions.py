"""A reviewer's decision about a drawing, and how to undo it."""

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
    """The state of a drawing before a decision, as `undo` needs it; plain values that fit in a session."""

    drawing_id: str
    moderation: str  # before the decision
    before: dict[str, Any] | None  # the reviewer's earlier feedback
    moderated: str | None = None  # the moderation that the decision set
    is_gold: bool = False  # the decision was an answer to a gold question, and the drawing did not change

    @classmethod
    def snapshot(cls, drawing: Drawing, reviewer: Contributor) -> Decision:
        """Return the state of a drawing before a reviewer decides about it."""
        feedback = Feedback.objects.filter(drawing=drawing, contributor=reviewer).first()
        fields = ("correct", "label_id", "by_staff", "provisional")
        before = {field: getattr(feedback, field) for field in fields} if feedback else None
        return cls(str(drawing.pk), drawing.moderation, before)


def decide(drawing: Drawing, reviewer: Contributor, label: DoodleClass | None) -> Decision:
    """Store a reviewer's label for a drawing, and approve the drawing if it was reported.

    label: None means none of the classes.

    Raises Drawing.DoesNotExist if the drawing was deleted meanwhile.
    """
    if gold.record_answer(drawing, reviewer, label):
        return Decision(str(drawing.pk), "", None, is_gold=True)
    return _apply(drawing, reviewer, label, {Moderation.REPORTED: Moderation.APPROVED})


def hide(drawing: Drawing, reviewer: Contributor) -> Decision:
    """Hide an inappropriate drawing, and keep it out of training.

    Raises Drawing.DoesNotExist if the drawing was deleted meanwhile.
    """
    if gold.record_answer(drawing, reviewer, None):
        return Decision(str(drawing.pk), "", None, is_gold=True)
    return _apply(drawing, reviewer, None, dict.fromkeys(Moderation, Moderation.HIDDEN))


@transaction.atomic
def undo(decision: Decision, reviewer: Contributor) -> None:
    """Restore the state before a decision, except for later decisions of others.

    Does nothing if the drawing was deleted.
    """
    if decision.is_gold:
        gold.withdraw_answer(UUID(decision.drawing_id), reviewer)
        return
    drawings = Drawing.objects.select_for_update().defer("bitmap", "strokes").with_predictions()
    drawing = drawings.filter(pk=decision.drawing_id).first()
    if drawing is None:
        return
    feedback = Feedback.objects.filter(drawing=drawing, contributor=reviewer)
    if decision.before is None:
        feedback.delete()
    else:
        feedback.update(**decision.before)
    if drawing.moderation == decision.moderated:
        drawing.moderation = decision.moderation
        drawing.save(update_fields=["moderation"])
    update_label(drawing)
    AuditEntry.objects.record(AuditEntry.Action.LABELLED, "drawing", "took the last word back", drawing=drawing)


@transaction.atomic
def _apply(
    drawing: Drawing, reviewer: Contributor, label: DoodleClass | None, transitions: dict[Moderation, Moderation]
) -> Decision:
    """Store a label and moderate the drawing by `transitions`, current state to new state.

    An untrusted reviewer approves nothing; a drawing that they hide becomes reported, so that others look at it.
    """
    locked = Drawing.objects.select_for_update().defer("bitmap", "strokes").get(pk=drawing.pk)
    before = Decision.snapshot(locked, reviewer)
    feedback = label_drawing(drawing, reviewer, label, by_staff=True)
    moderation = transitions.get(Moderation(locked.moderation))
    if moderation and feedback.provisional:
        moderation = Moderation.REPORTED if moderation == Moderation.HIDDEN else None
    if moderation and moderation != locked.moderation:
        moderate(drawing, moderation)
        return replace(before, moderated=moderation.value)
    return before

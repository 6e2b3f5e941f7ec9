"""Store feedback about a drawing and update the drawing's label."""

from __future__ import annotations

from django.db import transaction

from recognition.labeling.policy import update_label
from recognition.labeling.reviewer_quality import is_trusted
from recognition.models import AuditEntry, Contributor, DoodleClass, Drawing, Feedback, WordProposal


class NothingPredicted(Exception):
    """The feedback calls the prediction right, but the drawing has no prediction."""


def give_feedback(
    drawing: Drawing,
    contributor: Contributor,
    *,
    correct: bool,
    label: DoodleClass | None,
    proposal: WordProposal | None = None,
    by_staff: bool = False,
) -> Feedback:
    """Store a contributor's feedback in place of their earlier one, and update the drawing's label.

    correct: the prediction is right; the label is then the predicted class, and `label` is ignored.
    proposal: without a label, the word that it is.
    by_staff: the feedback alone decides the label. It is provisional instead if the reviewer fails on gold questions,
    and remains provisional when they are trusted again.

    Raises NothingPredicted if `correct` is true and the drawing has no prediction.
    """
    with transaction.atomic():
        drawings = Drawing.objects.defer("bitmap", "strokes").with_predictions()
        locked = drawings.select_for_update().get(pk=drawing.pk)
        contributor.ensure_stored()
        feedback, _ = Feedback.objects.update_or_create(
            drawing=locked,
            contributor=contributor,
            defaults={
                "correct": correct,
                "label": _predicted_class(locked) if correct else label,
                "proposal": proposal,
                "by_staff": by_staff,
                "provisional": by_staff and not is_trusted(contributor),
            },
        )
        before = locked.label
        update_label(locked)
        if by_staff:
            AuditEntry.objects.record(
                AuditEntry.Action.LABELLED, "drawing", _label_change(before, locked), drawing=locked
            )
    feedback.drawing = locked
    return feedback


def label_drawing(
    drawing: Drawing, contributor: Contributor, label: DoodleClass | None, *, by_staff: bool = False
) -> Feedback:
    """Store a contributor's label for a drawing as feedback; it is correct if it equals the first prediction.

    label: None means none of the classes.
    """
    prediction = drawing.first_prediction()
    correct = prediction is not None and label is not None and label.is_called(prediction.label)
    return give_feedback(drawing, contributor, correct=correct, label=label, by_staff=by_staff)


def _label_change(before: DoodleClass | None, drawing: Drawing) -> str:
    """Describe the change of a drawing's label for the audit log."""
    return f"{before or 'no label'} → {drawing.label or 'no label'}, {drawing.status}"


def _predicted_class(drawing: Drawing) -> DoodleClass | None:
    """Return the class that was predicted first; None if it has been deleted."""
    prediction = drawing.first_prediction()
    if prediction is None:
        raise NothingPredicted
    return DoodleClass.objects.named(prediction.label)

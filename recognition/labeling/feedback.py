"""Store feedback about a drawing and update the drawing's label."""

from __future__ import annotations

from django.db import transaction

from recognition.labeling.policy import update_label
from recognition.labeling.reviewer_quality import is_trusted
from recognition.models import AuditEntry, Contributor, DoodleClass, Drawing, Feedback


class NothingPredicted(Exception):
    """No network said anything about the drawing, so nothing about it can be right."""


def give_feedback(
    drawing: Drawing, contributor: Contributor, *, correct: bool, label: DoodleClass | None, by_staff: bool = False
) -> Feedback:
    """Store what a contributor says about a drawing, in place of what they said before, and settle its label anew.

    When the guess was right, the label is the guessed one. The word of somebody on the staff makes a label alone,
    unless he fails on gold drawings: then it is provisional, and so it stays whatever becomes of his trust.

    Raises NothingPredicted when the guess is called right and there was none.
    """
    with transaction.atomic():
        unlocked = Drawing.objects.defer("bitmap", "strokes").with_predictions()
        locked = unlocked.select_for_update().get(pk=drawing.pk)
        contributor.ensure_stored()
        feedback, _ = Feedback.objects.update_or_create(
            drawing=locked,
            contributor=contributor,
            defaults={
                "correct": correct,
                "label": _predicted_class(locked) if correct else label,
                "by_staff": by_staff,
                "provisional": by_staff and not is_trusted(contributor),
            },
        )
        before = locked.label
        update_label(locked)
        if by_staff:
            AuditEntry.objects.record(AuditEntry.Action.LABELLED, "drawing", _change(before, locked), drawing=locked)
    feedback.drawing = locked
    return feedback


def label_drawing(
    drawing: Drawing, contributor: Contributor, label: DoodleClass | None, *, by_staff: bool = False
) -> Feedback:
    """Store that a contributor calls a drawing `label`, None: none of the classes; the guess is right if it says so."""
    guess = drawing.first_prediction()
    correct = guess is not None and label is not None and guess.label == label.name
    return give_feedback(drawing, contributor, correct=correct, label=label, by_staff=by_staff)


def _change(before: DoodleClass | None, drawing: Drawing) -> str:
    """Say what somebody's word made of a drawing's label."""
    return f"{before or 'no label'} → {drawing.label or 'no label'}, {drawing.status}"


def _predicted_class(drawing: Drawing) -> DoodleClass | None:
    """Return the class that was guessed; None when it was deleted since."""
    prediction = drawing.first_prediction()
    if prediction is None:
        raise NothingPredicted
    return DoodleClass.objects.filter(name=prediction.label).first()

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django.db import models

from recognition.models.drawing import Drawing
from recognition.models.feedback import Feedback

if TYPE_CHECKING:
    from recognition.models.prediction import Prediction

CERTAIN = 10_000  # whole numbers for confidences, so that taking one off a sum leaves no crumbs


class Judgement(models.Model):
    """What whoever drew a drawing says about the answer to it, as the tallies have counted it; see tallies.py.

    It holds numbers and words instead of references: what was counted stays known when a class or a version goes.
    """

    # Without a constraint, so that a release that knows nothing of judgements, in service during an update, can still
    # delete drawings; `manage.py recount` puts right what it left.
    drawing = models.OneToOneField(
        Drawing, on_delete=models.CASCADE, primary_key=True, related_name="judgement", db_constraint=False
    )
    version = models.IntegerField(help_text="number of the version that answered")
    day = models.DateField(help_text="when it answered, by UTC")
    label = models.CharField(max_length=64, blank=True, help_text="what it is; empty: none of the classes")
    guess = models.CharField(max_length=64, help_text="what the answer was")
    right = models.BooleanField(help_text="the answer was called right")
    confidence = models.PositiveSmallIntegerField(help_text="of the answer, in ten-thousandths")

    def __str__(self) -> str:
        return f"{self.guess}: {'right' if self.right else 'wrong'}"

    @classmethod
    def of(cls, feedback: Feedback, answer: Prediction, version: int) -> Judgement:
        """Make, not store, what feedback says about an answer."""
        said = feedback.label.name if feedback.label else ""
        return cls(
            drawing_id=feedback.drawing_id,
            version=version,
            day=answer.created_at.astimezone(UTC).date(),
            label=answer.label if feedback.correct else said,
            guess=answer.label,
            right=feedback.correct,
            confidence=round(answer.confidence * CERTAIN),
        )

    def says_the_same_as(self, other: Judgement) -> bool:
        return all(getattr(self, field.attname) == getattr(other, field.attname) for field in self._meta.fields)

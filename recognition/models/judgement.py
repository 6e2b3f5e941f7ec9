from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django.db import models

from recognition.models.drawing import Drawing
from recognition.models.feedback import Feedback

if TYPE_CHECKING:
    from recognition.models.prediction import Prediction

CONFIDENCE_SCALE = 10_000  # confidences are stored as integers, so that sums stay exact when one is subtracted


class Judgement(models.Model):
    """A contributor's judgement of the answer to their drawing, as the tallies count it; see stats/accuracy.py.

    It holds numbers and words, not references, so that it stays correct when a class or a version is deleted.
    """

    # Without a constraint, so that an older release without judgements, in service during an update, can still delete
    # drawings; `manage.py recount` corrects the tallies.
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
        """Return an unsaved judgement: feedback on an answer."""
        label = feedback.label.name if feedback.label else ""
        return cls(
            drawing_id=feedback.drawing_id,
            version=version,
            day=answer.created_at.astimezone(UTC).date(),
            label=answer.label if feedback.correct else label,
            guess=answer.label,
            right=feedback.correct,
            confidence=round(answer.confidence * CONFIDENCE_SCALE),
        )

    def is_same_as(self, other: Judgement) -> bool:
        return all(getattr(self, field.attname) == getattr(other, field.attname) for field in self._meta.fields)

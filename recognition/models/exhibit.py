from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from recognition.models.contributor import Contributor
from recognition.models.doodle_class import DoodleClass
from recognition.models.drawing import Drawing

if TYPE_CHECKING:
    from recognition.models.prediction import Prediction

CONFIDENCE_BANDS = 5  # of confidence: 0 to 20 %, 20 to 40 %, …


class Exhibit(models.Model):
    """A drawing in the gallery, with a copy of all fields that the gallery filters by, each with an index.

    It exists while its drawing is accepted and not reported, hidden or private; see recognition/moderation.py.
    """

    drawing = models.OneToOneField(Drawing, on_delete=models.CASCADE, primary_key=True, related_name="exhibit")
    drawn_at = models.DateTimeField(help_text="when the drawing was drawn")
    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="+", db_index=False)
    label = models.ForeignKey(DoodleClass, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    source = models.CharField(max_length=8, choices=Drawing.Source)
    guess = models.CharField(max_length=64, blank=True, help_text="what was said first; empty: nothing")
    band = models.SmallIntegerField(null=True, help_text="fifth of the confidence scale, 0 to 4")
    confidence = models.FloatField(null=True, help_text="of the first guess; empty: nothing was said")
    right = models.BooleanField(null=True, help_text="the guess was its label")
    version = models.IntegerField(null=True, help_text="number of the version that guessed")
    approved = models.BooleanField(default=False, db_default=False, help_text="a person has looked at it")

    class Meta:
        ordering = ["-drawn_at", "-drawing_id"]  # "-drawing" would order by the ordering of Drawing
        indexes = [
            models.Index(fields=["-drawn_at", "-drawing"], name="exhibit_newest"),
            *(
                models.Index(fields=[name, "-drawn_at", "-drawing"], name=f"exhibit_{name}")
                for name in ("contributor", "label", "source", "guess", "band", "right", "version")
            ),
            models.Index(fields=["-drawn_at", "-drawing"], condition=models.Q(approved=True), name="exhibit_approved"),
            models.Index(fields=["label", "guess", "-drawn_at", "-drawing"], name="exhibit_pair"),
            models.Index(fields=["confidence", "drawing"], name="exhibit_confidence"),
            models.Index(fields=["label", "confidence", "drawing"], name="exhibit_label_confidence"),
            models.Index(fields=["right", "confidence", "drawing"], name="exhibit_right_confidence"),
        ]

    def __str__(self) -> str:
        return f"{self.drawing} in the gallery"

    @property
    def is_sample(self) -> bool:
        return self.source == Drawing.Source.SAMPLE

    @staticmethod
    def field_values(drawing: Drawing, prediction: Prediction | None) -> dict[str, object]:
        """Return the values of an exhibit's fields for a drawing."""
        right = drawing.label.is_called(prediction.label) if prediction and drawing.label else None
        return {
            "drawn_at": drawing.created_at,
            "contributor_id": drawing.contributor_id,
            "label_id": drawing.label_id,
            "source": drawing.source,
            "guess": prediction.label if prediction else "",
            "band": min(int(prediction.confidence * CONFIDENCE_BANDS), CONFIDENCE_BANDS - 1) if prediction else None,
            "confidence": prediction.confidence if prediction else None,
            "right": right,
            "version": prediction.model_version.number if prediction else None,
            "approved": drawing.moderation == Drawing.Moderation.APPROVED,
        }

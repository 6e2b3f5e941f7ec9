from __future__ import annotations

from django.db import models

from recognition.inference.results import Recognition
from recognition.models.model_version import ModelVersion
from recognition.models.trial import Trial


class PredictionQuerySet(models.QuerySet["Prediction"]):
    def with_version(self) -> PredictionQuerySet:
        """Fetch the number of the version that predicted along, and nothing heavy of it."""
        heavy = ("artifact", "labels", "metrics")
        return self.select_related("model_version").defer(*(f"model_version__{name}" for name in heavy))


_Manager = models.Manager.from_queryset(PredictionQuerySet)


class ShownManager(_Manager["Prediction"]):
    """Knows only of what people may see; `drawing.predictions` goes through it too, but joins do not."""

    def get_queryset(self) -> PredictionQuerySet:
        return PredictionQuerySet(self.model, using=self._db).filter(trial=None)


class Prediction(models.Model):
    """What one model version said about one drawing.

    With a trial it is the answer that was not shown, stored to be compared with the one that was.
    """

    drawing = models.ForeignKey(
        "recognition.Drawing", on_delete=models.CASCADE, related_name="predictions", db_index=False
    )
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="predictions")
    label = models.CharField(max_length=64, help_text="the most likely label")
    confidence = models.FloatField(help_text="calibrated probability of that label, 0 to 1")
    recognized = models.BooleanField(help_text="false: the page says «I don't know»")
    just_learnt = models.BooleanField(
        default=False, db_default=False, help_text="of a class that the version does not know, from a few drawings"
    )
    top = models.JSONField(help_text='the five most likely: [{"label", "confidence"}, …]')
    milliseconds = models.FloatField(help_text="time to rasterize and to infer")
    trial = models.ForeignKey(
        Trial,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="in which it was not shown",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ShownManager()
    with_unshown = PredictionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "model_version"], name="one_prediction_per_version"),
        ]
        indexes = [
            models.Index(fields=["label", "confidence"], name="prediction_label_confidence"),
            models.Index(fields=["trial", "id"], condition=models.Q(trial__isnull=False), name="prediction_trial"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.confidence:.0%}"

    @classmethod
    def of(cls, recognition: Recognition, version: ModelVersion, milliseconds: float) -> Prediction:
        """Make, not store, the prediction that a version came to."""
        return cls(
            model_version=version,
            label=recognition.label,
            confidence=recognition.confidence,
            recognized=recognition.recognized,
            just_learnt=recognition.just_learnt,
            top=list(recognition.top),
            milliseconds=milliseconds,
        )

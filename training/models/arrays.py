from __future__ import annotations

from django.db import models

from recognition.models import ModelVersion
from training.models.run import TrainingRun


class Weights(models.Model):
    """A version's Keras weights as plain arrays, from which the next version warm-starts.

    Read the npz with allow_pickle=False.
    """

    version = models.OneToOneField(ModelVersion, on_delete=models.CASCADE, related_name="weights")
    preset = models.CharField(max_length=16, help_text="what they were trained with; the arrays tell the architecture")
    npz = models.BinaryField()

    class Meta:
        verbose_name_plural = "weights"

    def __str__(self) -> str:
        return f"weights of {self.version}"


class StoredAnswers(models.Model):
    """A version's answers to the base test drawings that it was asked about last."""

    version = models.OneToOneField(ModelVersion, on_delete=models.CASCADE, related_name="stored_answers")
    digest = models.CharField(max_length=64, help_text="of the drawings and their classes")
    npz = models.BinaryField(help_text="top, confidence and recognized, as in training.evaluation.metrics.Predictions")

    class Meta:
        verbose_name = verbose_name_plural = "answers to test drawings"

    def __str__(self) -> str:
        return f"answers of {self.version} to test drawings"


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    def of_ended_runs(self) -> CheckpointQuerySet:
        """Return the checkpoints of runs that have ended; no run resumes from them."""
        return self.exclude(run__status__in=TrainingRun.OPEN)


class Checkpoint(models.Model):
    """A run's state after its last complete epoch, from which any worker on any host can resume it."""

    run = models.OneToOneField(TrainingRun, on_delete=models.CASCADE, related_name="checkpoint")
    epoch = models.PositiveIntegerField(help_text="epochs done")
    npz = models.BinaryField(help_text="weights and optimizer state")
    saved_at = models.DateTimeField(auto_now=True)

    objects = CheckpointQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.run} after epoch {self.epoch}"

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Value, When
from django.utils import timezone

from recognition.models import ModelVersion

HEARTBEAT_EVERY = timedelta(seconds=5)
DEAD_AFTER = timedelta(seconds=30)  # without a heartbeat; what is dead is resumed or failed within 60 s
ATTEMPTS = 3  # a run that kills its worker this often is failed


class LostLease(Exception):
    """Somebody else works on this run now, or it was cancelled or failed; stop without writing anything more."""


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    def open(self) -> TrainingRunQuerySet:
        return self.filter(status__in=TrainingRun.OPEN)

    def dead(self) -> TrainingRunQuerySet:
        """Return the runs whose worker has gone silent."""
        return self.filter(status=TrainingRun.Status.RUNNING, heartbeat_at__lt=timezone.now() - DEAD_AFTER)

    def take(self, pk: int) -> TrainingRun | None:
        """Start a queued run and lease it to the caller; None when another worker has it or it is no longer queued.

        One UPDATE decides, so a task that is delivered twice runs once.
        """
        now = timezone.now()
        taken = self.filter(pk=pk, status=TrainingRun.Status.QUEUED).update(
            status=TrainingRun.Status.RUNNING,
            lease=uuid.uuid4(),
            attempt=models.F("attempt") + 1,
            started_at=now,
            heartbeat_at=now,
        )
        return self.get(pk=pk) if taken else None


class TrainingRun(models.Model):
    """One retraining: what was asked, from which drawings, how it goes, how it ended, the version it made."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Stage(models.TextChoices):
        """The lines of the pipeline, in their order."""

        COLLECT = "collect"
        TRAIN = "train"
        EXPORT = "export"
        EVALUATE = "evaluate"
        REGISTER = "register"
        GATE = "gate"
        PROMOTE = "promote"

    OPEN = (Status.QUEUED, Status.RUNNING)

    config = models.JSONField(default=dict, help_text="what was asked; see training.config")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True, help_text="by hand, schedule, enough new drawings")
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=12, choices=Stage, blank=True)
    progress = models.JSONField(default=dict, help_text="epoch, epochs, images_per_second, seconds_left")
    history = models.JSONField(default=list, help_text="one entry an epoch: loss, accuracy, val_loss, val_accuracy")
    manifest = models.JSONField(default=dict, help_text="exactly what it learnt from, and what was left out and why")
    verdict = models.JSONField(default=dict, help_text="the gate's checks, one by one")
    error = models.TextField(blank=True)
    version = models.OneToOneField(
        ModelVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="training_run"
    )
    cancel_requested = models.BooleanField(default=False)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, editable=False, help_text="whose work counts: the latest taker's")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TrainingRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            # Nobody can start two at once: at most one row is queued or running, whoever presses whichever button.
            models.UniqueConstraint(
                Case(When(status__in=("queued", "running"), then=Value(1))), name="one_open_training_run"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    def write(self, **fields: Any) -> None:
        """Store fields and a heartbeat as the holder of the lease. Raises LostLease when it is no longer ours."""
        written = TrainingRun.objects.filter(pk=self.pk, status=self.Status.RUNNING, lease=self.lease).update(
            heartbeat_at=timezone.now(), **fields
        )
        if not written:
            raise LostLease(f"{self} was taken over or ended.")
        for name, value in fields.items():
            setattr(self, name, value)

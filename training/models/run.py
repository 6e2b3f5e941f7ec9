from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from recognition.models import ModelVersion
from training.db_retry import retry_on_db_outage
from training.models.manifest import ManifestSummary, summarize

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ATTEMPTS = 3  # a run that kills its worker this often is failed


class LostLease(Exception):
    """Somebody else works on this run now, or it was cancelled or failed; stop without writing anything more."""


class AlreadyOpen(Exception):
    """Another run is queued or running; only one may be."""

    def __init__(self, run: TrainingRun) -> None:
        super().__init__(f"{str(run).capitalize()} is {run.status}; wait until it ends, or cancel it.")
        self.run = run


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    def open(self) -> TrainingRunQuerySet:
        return self.filter(status__in=TrainingRun.OPEN)

    def with_version(self) -> TrainingRunQuerySet:
        """Join who asked and the version that was made, for lists: without what may be megabytes."""
        heavy = ("manifest", "summary", "history", "version__artifact", "version__labels", "version__metrics")
        return self.select_related("requested_by", "version").defer(*heavy)

    def queued(self) -> TrainingRunQuerySet:
        return self.filter(status=TrainingRun.Status.QUEUED)

    def dead(self) -> TrainingRunQuerySet:
        """Return the runs whose worker has gone silent."""
        silent_since = timezone.now() - timedelta(seconds=settings.TRAINING_DEAD_AFTER)
        return self.filter(status=TrainingRun.Status.RUNNING, heartbeat_at__lt=silent_since)

    def request(self, config: dict[str, Any], *, by: User | None, reason: str) -> TrainingRun:
        """Queue a run. Raises AlreadyOpen when one is queued or running."""
        try:
            with transaction.atomic():
                return self.create(config=config, requested_by=by, reason=reason)
        except IntegrityError:
            if other := self.open().first():
                raise AlreadyOpen(other) from None
            raise

    @transaction.atomic
    def begin(self, config: dict[str, Any], *, by: User | None, reason: str) -> TrainingRun:
        """Start a run that the caller works on itself; no worker ever sees it queued. Raises AlreadyOpen."""
        run = self.request(config, by=by, reason=reason)
        return self.take(run.pk) or run

    def revive(self) -> None:
        """Queue the dead again, to go on from their checkpoints, and fail those that died too often."""
        self.dead().filter(attempt__gte=ATTEMPTS).update(
            status=TrainingRun.Status.FAILED,
            error=Concat(
                Value(f"Its worker died {ATTEMPTS} times, the last time in the stage "), F("stage"), Value(".")
            ),
            finished_at=timezone.now(),
        )
        self.dead().update(status=TrainingRun.Status.QUEUED)

    def take(self, pk: int) -> TrainingRun | None:
        """Start a queued run and lease it to the caller; None when another worker has it or it is no longer queued.

        One UPDATE decides, so a task that is delivered twice runs once.
        """
        now = timezone.now()
        taken = self.filter(pk=pk, status=TrainingRun.Status.QUEUED).update(
            status=TrainingRun.Status.RUNNING,
            lease=uuid.uuid4(),
            attempt=F("attempt") + 1,
            stage=Case(When(stage="", then=Value(TrainingRun.Stage.COLLECT)), default=F("stage")),
            started_at=Coalesce(F("started_at"), now),
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
    reason = models.CharField(max_length=200, blank=True, help_text="why it was started")
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=12, choices=Stage, blank=True)
    progress = models.JSONField(default=dict, help_text="epoch, epochs, images_per_second, seconds_left")
    history = models.JSONField(default=list, help_text="one entry an epoch: loss, accuracy, val_loss, val_accuracy")
    manifest = models.JSONField(default=dict, help_text="exactly what it learnt from, and what was left out and why")
    summary = models.JSONField(null=True, editable=False, help_text="the manifest in figures; null: not added up yet")
    verdict = models.JSONField(default=dict, help_text="the gate's checks, one by one")
    error = models.TextField(blank=True)
    version = models.OneToOneField(
        ModelVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="training_run"
    )
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

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def learnt_from(self) -> ManifestSummary:
        """Return the manifest in figures, without loading it: it names every drawing."""
        return summarize(self.manifest) if self.summary is None else ManifestSummary.from_dict(self.summary)

    def cancel(self) -> bool:
        """End an open run. Its worker hears of it at its next write. Return False when the run had ended already."""
        ended = TrainingRun.objects.open().filter(pk=self.pk)
        return bool(ended.update(status=self.Status.CANCELLED, finished_at=timezone.now()))

    def beat(self, **fields: Any) -> None:
        """Store a heartbeat, and fields with it, as the holder of the lease. Raises LostLease when it is not ours."""
        if not self._leased().update(heartbeat_at=timezone.now(), **fields):
            raise LostLease(f"{self} was taken over or ended.")

    @retry_on_db_outage
    def write(self, **fields: Any) -> None:
        """Store fields and a heartbeat, however long the database takes to come back. Raises LostLease."""
        if "manifest" in fields:
            fields["summary"] = asdict(summarize(fields["manifest"]))
        self.beat(**fields)
        for name, value in fields.items():
            setattr(self, name, value)

    def end(self, status: Status, error: str = "") -> None:
        """Say how the run ended, as the holder of the lease. Raises LostLease."""
        self.write(status=status, error=error, finished_at=timezone.now())

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Commit everything or nothing, and only as the holder of the lease. Raises LostLease.

        Nobody can take the run over, and it cannot be cancelled, before the transaction ends.
        """
        with transaction.atomic():
            if self._leased().select_for_update().first() is None:
                raise LostLease(f"{self} was taken over or ended.")
            yield

    def _leased(self) -> TrainingRunQuerySet:
        return TrainingRun.objects.filter(pk=self.pk, status=self.Status.RUNNING, lease=self.lease)

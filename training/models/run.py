from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Case, F, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from recognition.models import ModelVersion
from training.db_retry import retry_on_db_outage
from training.models.manifest import ManifestSummary, summarize

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LOG_LINES = 40  # the latest, which a run keeps
MAX_ATTEMPTS = 3  # a run whose worker dies this often is failed


class LostLease(Exception):
    """Another worker has the run now, or it has ended; this worker must stop and write nothing more."""


class AlreadyOpen(Exception):
    """Another run is queued or running; only one may be open."""

    def __init__(self, run: TrainingRun) -> None:
        super().__init__(f"{str(run).capitalize()} is {run.status}; wait until it ends, or cancel it.")
        self.run = run


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    def open(self) -> TrainingRunQuerySet:
        return self.filter(status__in=TrainingRun.OPEN)

    def with_version(self) -> TrainingRunQuerySet:
        """Join the requester and the version for lists, and defer fields that may hold megabytes."""
        large_fields = (
            "manifest",
            "summary",
            "history",
            "log",
            "recipe",
            "version__artifact",
            "version__labels",
            "version__metrics",
        )
        return self.select_related("requested_by", "version").defer(*large_fields)

    def with_results(self) -> TrainingRunQuerySet:
        """Annotate each run with `top1` and `macro_recall` of its version on the base test drawings: 0 to 1 or None."""
        base = KeyTransform("base", "version__metrics")
        return self.annotate(
            **{
                name: Cast(KeyTextTransform(name, base), models.FloatField())  # KT() cannot follow a foreign key
                for name in ("top1", "macro_recall")
            }
        )

    def queued(self) -> TrainingRunQuerySet:
        return self.filter(status=TrainingRun.Status.QUEUED)

    def dead(self) -> TrainingRunQuerySet:
        """Return the running runs whose worker stopped sending heartbeats."""
        silent_since = timezone.now() - timedelta(seconds=settings.TRAINING_DEAD_AFTER)
        return self.filter(status=TrainingRun.Status.RUNNING, heartbeat_at__lt=silent_since)

    def request(self, config: dict[str, Any], *, by: User | None, reason: str, **fields: Any) -> TrainingRun:
        """Queue a run. Raises AlreadyOpen when one is queued or running.

        fields: `repeats`, the run whose recipe it takes; `version`, one that exists and only has to be judged.
        """
        try:
            with transaction.atomic():
                return self.create(config=config, requested_by=by, reason=reason, **fields)
        except IntegrityError:
            if other := self.open().first():
                raise AlreadyOpen(other) from None
            raise

    @transaction.atomic
    def begin(self, config: dict[str, Any], *, by: User | None, reason: str, **fields: Any) -> TrainingRun:
        """Create a run and claim it for the caller, so that no worker sees it queued. Raises AlreadyOpen."""
        run = self.request(config, by=by, reason=reason, **fields)
        return self.claim(run.pk) or run

    def requeue_dead(self) -> None:
        """Queue dead runs again, to resume from their checkpoints, and fail those that died too often."""
        self.dead().filter(attempt__gte=MAX_ATTEMPTS).update(
            status=TrainingRun.Status.FAILED,
            error=Concat(
                Value(f"Its worker died {MAX_ATTEMPTS} times, the last time in the stage "), F("stage"), Value(".")
            ),
            finished_at=timezone.now(),
        )
        # Not those that died too often: one may have fallen silent since the statement above.
        self.dead().filter(attempt__lt=MAX_ATTEMPTS).update(status=TrainingRun.Status.QUEUED)

    def claim(self, pk: int) -> TrainingRun | None:
        """Start a queued run and lease it to the caller; return None when it is not queued.

        One UPDATE decides, so that a task that is delivered twice runs once.
        """
        now = timezone.now()
        claimed = self.filter(pk=pk, status=TrainingRun.Status.QUEUED).update(
            status=TrainingRun.Status.RUNNING,
            lease=uuid.uuid4(),
            attempt=F("attempt") + 1,
            stage=Case(When(stage="", then=Value(TrainingRun.Stage.COLLECT)), default=F("stage")),
            started_at=Coalesce(F("started_at"), now),
            heartbeat_at=now,
        )
        return self.get(pk=pk) if claimed else None


class TrainingRun(models.Model):
    """One training run: its config, drawings, progress, result, and the version that it made."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Stage(models.TextChoices):
        """The stages of `training.pipeline`, in order."""

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
    recipe = models.JSONField(
        default=dict,
        db_default={},
        editable=False,
        help_text="its hyperparameters and the packages' versions; see training.pipeline",
    )
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repetitions", editable=False
    )
    commit = models.CharField(max_length=100, db_default="", default="", editable=False, help_text="of the code")
    device = models.CharField(max_length=200, db_default="", default="", editable=False, help_text="that computed it")
    log = models.JSONField(
        default=list, db_default=[], editable=False, help_text="its latest steps: [time in ISO 8601, stage, text]"
    )
    stage_seconds = models.JSONField(
        default=dict, db_default={}, editable=False, help_text="how long each stage took, all attempts together"
    )
    # Columns, as the list of runs is sorted by them. None: the run has not collected its drawings.
    class_count = models.PositiveIntegerField("classes", null=True, editable=False)
    drawing_count = models.PositiveIntegerField("drawings", null=True, editable=False, help_text="trained on")
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

    _stage_began: float | None = None  # time.monotonic(), since this worker entered the stage

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            # At most one row is queued or running, even if two people start a run at the same moment.
            models.UniqueConstraint(
                Case(When(status__in=("queued", "running"), then=Value(1))), name="one_open_training_run"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def manifest_summary(self) -> ManifestSummary:
        """Return the manifest's summary. It avoids loading the manifest, which names every drawing."""
        return summarize(self.manifest) if self.summary is None else ManifestSummary.from_dict(self.summary)

    def cancel(self) -> bool:
        """Cancel an open run; its worker stops at its next write. Returns False when the run had ended already."""
        ended = TrainingRun.objects.open().filter(pk=self.pk)
        return bool(ended.update(status=self.Status.CANCELLED, finished_at=timezone.now()))

    def record_heartbeat(self, **fields: Any) -> None:
        """Store a heartbeat and fields. Raises LostLease when this worker no longer holds the lease."""
        if not self._leased().update(heartbeat_at=timezone.now(), **fields):
            raise LostLease(f"{self} was taken over or ended.")

    @retry_on_db_outage
    def write(self, **fields: Any) -> None:
        """Store fields and a heartbeat; retries while the database is away. Raises LostLease."""
        now = time.monotonic()
        if "manifest" in fields:
            summary = summarize(fields["manifest"])
            fields |= {"summary": asdict(summary), "class_count": len(summary.classes)}
            fields["drawing_count"] = summary.base + summary.collected
        ends_stage = "stage" in fields or "finished_at" in fields
        if ends_stage:
            fields["stage_seconds"] = self._add_stage_seconds(now)
        self.record_heartbeat(**fields)
        if ends_stage:
            self._stage_began = now
        for name, value in fields.items():
            setattr(self, name, value)

    def log_with(self, text: str, stage: str = "") -> list[list[str]]:
        """Return the log with another line, of the run's stage unless another one is given."""
        return [*self.log, [timezone.now().isoformat(timespec="seconds"), stage or self.stage, text]][-LOG_LINES:]

    def _add_stage_seconds(self, now: float) -> dict[str, float]:
        seconds: dict[str, float] = dict(self.stage_seconds)
        if self._stage_began is not None:  # it is None as this worker's first stage begins
            seconds[self.stage] = round(seconds.get(self.stage, 0) + now - self._stage_began, 1)
        return seconds

    def end(self, status: Status, error: str = "") -> None:
        """Store how the run ended. Raises LostLease."""
        self.write(status=status, error=error, finished_at=timezone.now())

    @contextmanager
    def lease_locked(self) -> Iterator[None]:
        """Run a transaction that commits only while this worker holds the lease. Raises LostLease.

        It locks the row, so the run can be neither claimed nor cancelled before the transaction ends.
        """
        with transaction.atomic():
            if self._leased().select_for_update().first() is None:
                raise LostLease(f"{self} was taken over or ended.")
            yield

    def _leased(self) -> TrainingRunQuerySet:
        return TrainingRun.objects.filter(pk=self.pk, status=self.Status.RUNNING, lease=self.lease)

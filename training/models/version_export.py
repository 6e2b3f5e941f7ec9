from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from recognition.models import ModelVersion
from training.db_retry import retry_on_db_outage

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_DURATION = timedelta(minutes=10)  # a conversion takes seconds; a worker that takes longer has died


class VersionExportQuerySet(models.QuerySet["VersionExport"]):
    def queued(self) -> VersionExportQuerySet:
        return self.filter(status=VersionExport.Status.QUEUED)

    def request(self, version: ModelVersion, file_format: str, *, by: User | None) -> VersionExport:
        """Return the version's export in a format, which is queued if it is new or failed before."""
        of_version = self.defer("file")
        export, _ = of_version.get_or_create(version=version, format=file_format, defaults={"requested_by": by})
        failed = self.filter(pk=export.pk, status=VersionExport.Status.FAILED)
        failed.update(status=VersionExport.Status.QUEUED, error="", requested_by=by)
        export.refresh_from_db(fields=["status"])
        return export

    def claim(self, pk: int) -> VersionExport | None:
        """Start a queued export; return None when another worker has started it. One UPDATE decides."""
        claimed = self.queued().filter(pk=pk).update(status=VersionExport.Status.RUNNING, started_at=timezone.now())
        return self.get(pk=pk) if claimed else None

    def fail_dead(self) -> None:
        """Fail the exports whose worker has taken longer than any conversion does."""
        dead = self.filter(status=VersionExport.Status.RUNNING, started_at__lt=timezone.now() - MAX_DURATION)
        dead.update(status=VersionExport.Status.FAILED, error="Its worker died.", finished_at=timezone.now())


class VersionExport(models.Model):
    """A version's network in another format than LiteRT: made by a training worker, kept for download."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    class Format(models.TextChoices):
        KERAS = "keras", "Keras"
        ONNX = "onnx", "ONNX"

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=8, choices=Format)
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    file = models.BinaryField(null=True)
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = VersionExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "export of a version"
        verbose_name_plural = "exports of versions"
        constraints = [models.UniqueConstraint(fields=["version", "format"], name="one_export_per_version_and_format")]

    def __str__(self) -> str:
        return f"{self.version} as {self.get_format_display()}"

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def file_name(self) -> str:
        return f"doodlesite-{self.version.number}.{self.format}"

    @retry_on_db_outage
    def end(self, status: Status, **fields: Any) -> None:
        """Store how the export ended, unless it was failed and started again meanwhile."""
        mine = VersionExport.objects.filter(pk=self.pk, status=self.Status.RUNNING, started_at=self.started_at)
        mine.update(status=status, finished_at=timezone.now(), **fields)

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class DrawingImportQuerySet(models.QuerySet["DrawingImport"]):
    def open(self) -> DrawingImportQuerySet:
        return self.filter(finished_at=None)


class DrawingImport(models.Model):
    """A file of drawings that staff uploaded, its result so far, and its parts that are still to be read."""

    file = models.CharField(max_length=200)
    is_npy = models.BooleanField(
        default=False, help_text="parts of the release before, with bitmaps; else lines of JSON"
    )
    word = models.CharField(max_length=64, blank=True, help_text="what the drawings are; empty: the file says it")
    accept = models.BooleanField(help_text="the words count as feedback of who uploaded it")
    only_recognized = models.BooleanField(
        default=False, db_default=False, help_text='lines without "recognized": true are left out'
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    parts = models.PositiveIntegerField(default=0, help_text="into which it was cut")
    stored = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="were here already")
    corrected = models.PositiveIntegerField(
        default=0, db_default=0, help_text="were here, and got feedback by who uploaded it"
    )
    deleted = models.PositiveIntegerField(default=0, db_default=0, help_text="were deleted here, and stay so")
    unrecognized = models.PositiveIntegerField(default=0, db_default=0, help_text="left out, as their lines say")
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list, help_text="the first that were refused, and why")
    unknown = models.JSONField(
        default=list, db_default=[], editable=False, help_text="words of refused rows that are no classes"
    )
    error = models.TextField(blank=True, help_text="why it was not read to its end")
    tries = models.PositiveSmallIntegerField(default=0, editable=False, help_text="of the part that comes next")
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DrawingImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "import"

    def __str__(self) -> str:
        return self.file

    @property
    def is_open(self) -> bool:
        return self.finished_at is None

    @property
    def waiting(self) -> models.QuerySet[ImportPart]:
        """Return the parts that are still to be imported."""
        return self.all_parts.filter(kept=False)

    @property
    def kept(self) -> models.QuerySet[ImportPart]:
        """Return the parts with unknown words, for another try."""
        return self.all_parts.filter(kept=True)

    def finish(self, error: str = "") -> None:
        """Mark the import as finished, and delete its remaining parts."""
        self.waiting.delete()
        self.finished_at = timezone.now()
        self.error = error
        self.save(update_fields=["finished_at", "error"])


class ImportPart(models.Model):
    """Some rows of an uploaded file, until they are imported. The database makes them available to all hosts."""

    drawing_import = models.ForeignKey(DrawingImport, on_delete=models.CASCADE, related_name="all_parts")
    first = models.PositiveIntegerField(help_text="number of its first row in the file")
    content = models.BinaryField(help_text="whole lines, or whole bitmaps")
    kept = models.BooleanField(default=False, db_default=False, help_text="imported, but for rows with unknown words")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.drawing_import} from {self.first}"

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from training.db_retry import retry_on_db_outage

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_ROWS_PER_CLASS = 20_000  # as many as the preset "best" trains on


class SearchEnded(Exception):
    """The search has been failed or cancelled; its worker must stop and write nothing more."""


class SearchIsOpen(Exception):
    """Another search is queued or running; only one may be open."""

    def __init__(self, search: LabelSearch) -> None:
        super().__init__(f"{str(search).capitalize()} is {search.status}; wait until it ends.")
        self.search = search


class LabelSearchQuerySet(models.QuerySet["LabelSearch"]):
    def open(self) -> LabelSearchQuerySet:
        return self.filter(status__in=LabelSearch.OPEN)

    def queued(self) -> LabelSearchQuerySet:
        return self.filter(status=LabelSearch.Status.QUEUED)

    def request(self, *, by: User | None, rows: int = MAX_ROWS_PER_CLASS) -> LabelSearch:
        """Queue a search. Raises SearchIsOpen."""
        try:
            with transaction.atomic():
                return self.create(requested_by=by, rows=rows)
        except IntegrityError:
            if other := self.open().first():
                raise SearchIsOpen(other) from None
            raise

    def claim(self, pk: int) -> LabelSearch | None:
        """Start a queued search; return None when another worker has started it. One UPDATE decides."""
        now = timezone.now()
        claimed = self.queued().filter(pk=pk).update(status=LabelSearch.Status.RUNNING, heartbeat_at=now)
        return self.get(pk=pk) if claimed else None

    def fail_dead(self) -> None:
        """Fail the searches whose worker stopped sending heartbeats. They take minutes and can be started again."""
        silent_since = timezone.now() - timedelta(seconds=settings.TRAINING_DEAD_AFTER)
        dead = self.filter(status=LabelSearch.Status.RUNNING, heartbeat_at__lt=silent_since)
        dead.update(status=LabelSearch.Status.FAILED, error="Its worker died.", finished_at=timezone.now())


class LabelSearch(models.Model):
    """One search for wrong labels in Quick, Draw!, with its progress and result."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    OPEN = (Status.QUEUED, Status.RUNNING)

    rows = models.PositiveIntegerField(default=MAX_ROWS_PER_CLASS, help_text="drawings of each class at most")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    version = models.PositiveIntegerField(null=True, help_text="number of the version that judges")
    done = models.PositiveIntegerField(default=0, help_text="drawings")
    total = models.PositiveIntegerField(default=0, help_text="drawings")
    found = models.PositiveIntegerField(null=True, help_text="drawings that may be labelled wrong")
    listed = models.PositiveIntegerField(null=True, help_text="the worst of these, for somebody to look at")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = LabelSearchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "search for label errors"
        verbose_name_plural = "searches for label errors"
        constraints = [
            models.UniqueConstraint(
                Case(When(status__in=("queued", "running"), then=Value(1))), name="one_open_label_search"
            ),
        ]

    def __str__(self) -> str:
        return f"search {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @retry_on_db_outage
    def write(self, **fields: Any) -> None:
        """Store fields and a heartbeat. Raises SearchEnded when the search is no longer running."""
        running = LabelSearch.objects.filter(pk=self.pk, status=self.Status.RUNNING)
        if not running.update(heartbeat_at=timezone.now(), **fields):
            raise SearchEnded(f"{self} has ended.")
        for name, value in fields.items():
            setattr(self, name, value)

    def end(self, status: Status, **fields: Any) -> None:
        """Store how the search ended. Raises SearchEnded."""
        self.write(status=status, finished_at=timezone.now(), **fields)

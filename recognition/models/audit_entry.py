from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from django.db import models

from recognition.models.drawing import Drawing


class AuditIsKept(Exception):
    """An entry is neither changed nor deleted; it goes when its time is over."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def before(self, moment: datetime) -> AuditEntryQuerySet:
        return self.filter(at__lt=moment)

    def expire(self) -> int:
        """Delete these entries, whose time is over; return how many."""
        return self._raw_delete(self.db)

    def delete(self) -> NoReturn:
        raise AuditIsKept

    def update(self, **fields: Any) -> NoReturn:
        raise AuditIsKept


class AuditEntry(models.Model):
    """Who did what, when and by which way: written once, by recognition/audit.py.

    It names the person instead of pointing at them, so that it outlives the account, and it points at a drawing
    instead of naming it, so that nothing of a drawing is left here once that is deleted.
    """

    class Action(models.TextChoices):
        PROMOTED = "promoted", "put in service"
        LABELLED = "labelled", "changed labels"
        MODERATED = "moderated", "moderated"
        DELETED = "deleted", "deleted"
        FORGOT = "forgot", "deleted a person"
        EXPORTED = "exported", "exported"
        IMPORTED = "imported", "imported"
        ISSUED = "issued", "issued a token"
        REVOKED = "revoked", "revoked a token"
        PERMITTED = "permitted", "changed permissions"
        CHANGED = "changed", "changed"

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=150, blank=True, help_text="name; empty: a visitor, or the site by itself")
    via = models.CharField(max_length=100, help_text="the way by which it was done")
    action = models.CharField(max_length=12, choices=Action)
    about = models.CharField(max_length=200, blank=True, help_text="to what it was done")
    detail = models.CharField(max_length=500, blank=True)
    drawing = models.ForeignKey(
        Drawing,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,  # or a release that does not know of the log could not delete drawings
    )

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "audit log"
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["drawing"], condition=models.Q(drawing__isnull=False), name="audit_drawing"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.about}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AuditIsKept
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AuditIsKept

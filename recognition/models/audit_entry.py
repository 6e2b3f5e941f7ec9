from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models

from recognition.infra.actor import current_actor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from recognition.models.drawing import Drawing


class AuditEntryImmutable(Exception):
    """Audit entries cannot be changed or deleted; they expire after the retention period."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def record(
        self,
        action: AuditEntry.Action,
        about: object,
        detail: str = "",
        *,
        drawing: Drawing | None = None,
        by: User | None = None,
    ) -> None:
        """Record an operation, in the transaction that performs it: no strokes, no addresses, no ids of people.

        drawing: the drawing that it concerns, if any. by: who is responsible, by default the current actor.
        """
        actor, via = current_actor()
        texts = {"actor": by.get_username() if by else actor, "via": via, "about": str(about), "detail": detail}
        lengths = {field.name: field.max_length for field in self.model._meta.fields}
        self.create(action=action, drawing=drawing, **{name: text[: lengths[name]] for name, text in texts.items()})

    def before(self, moment: datetime) -> AuditEntryQuerySet:
        return self.filter(at__lt=moment)

    def expire(self) -> int:
        """Delete these entries, which are past the retention period; return how many."""
        return self._raw_delete(self.db)

    def delete(self) -> NoReturn:
        raise AuditEntryImmutable

    def update(self, **fields: Any) -> NoReturn:
        raise AuditEntryImmutable


class AuditEntry(models.Model):
    """Who did what, when, and through which interface. Entries are written once.

    An entry holds the person's name, not a reference, so that it outlives the account. It refers to a drawing without
    naming it, so that nothing of the drawing is left here after its deletion.
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
        "recognition.Drawing",
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
            raise AuditEntryImmutable
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AuditEntryImmutable

"""Who gets into the gallery: accepted drawings, unless somebody reported them or staff want to look first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from recognition.models import AuditEntry, Contributor, Drawing, Exhibit, Report

Moderation = Drawing.Moderation


def exhibit(drawing: Drawing) -> None:
    """Put a drawing into the gallery, bring up to date what is said of it there, or take it out."""
    if not is_public(drawing):
        Exhibit.objects.filter(drawing=drawing).delete()
        return
    facts = Exhibit.field_values(drawing, drawing.first_prediction())
    Exhibit.objects.update_or_create(drawing=drawing, defaults=facts)


def is_public(drawing: Drawing) -> bool:
    """Tell whether a drawing may be in the gallery."""
    if drawing.status != Drawing.Status.ACCEPTED:
        return False
    if drawing.moderation == Moderation.UNSEEN:
        return not settings.GALLERY_MODERATED
    return drawing.moderation == Moderation.APPROVED


def newest_of_each(choices: Sequence[QuerySet[Exhibit]], most: int, *fields: str) -> list[tuple[Any, ...]]:
    """Return fields of the newest exhibits of each choice, at most so many of each, in one query.

    It is one small search of an index for each choice; all of them in one condition would read the whole table.
    """
    newest = [Exhibit.objects.filter(pk__in=choice.values("pk")[:most]) for choice in choices]
    if not newest:
        return []
    # Sorted here: what a union is sorted by must be the same in all databases.
    first, *rest = (exhibits.order_by().values_list("drawn_at", "pk", *fields) for exhibits in newest)
    rows = sorted(first.union(*rest, all=True), key=lambda row: row[:2], reverse=True)
    return [row[1:] for row in rows]


@transaction.atomic
def report(drawing: Drawing, contributor: Contributor, reason: str) -> None:
    """Hide a drawing until staff have looked at it; what they have approved stays. Repeating replaces the reason."""
    locked = _locked(drawing)
    contributor.ensure_stored()
    Report.objects.update_or_create(drawing=locked, contributor=contributor, defaults={"reason": reason})
    if locked.moderation == Moderation.UNSEEN:
        _moderate(locked, Moderation.REPORTED)


@transaction.atomic
def approve(drawing: Drawing) -> None:
    """Let a drawing be shown that somebody had looked at before it came here."""
    _moderate(_locked(drawing), Moderation.APPROVED)


@transaction.atomic
def moderate(drawing: Drawing, moderation: Drawing.Moderation) -> None:
    """Settle whether a drawing may be shown."""
    locked = _locked(drawing)
    _moderate(locked, moderation)
    AuditEntry.objects.record(AuditEntry.Action.MODERATED, "drawing", moderation.label, drawing=locked)


def _locked(drawing: Drawing) -> Drawing:
    return Drawing.objects.select_for_update().defer("bitmap", "strokes").with_predictions().get(pk=drawing.pk)


def _moderate(drawing: Drawing, moderation: Drawing.Moderation) -> None:
    drawing.moderation = moderation
    drawing.save(update_fields=["moderation"])
    exhibit(drawing)

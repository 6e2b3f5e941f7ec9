"""Gallery moderation: accepted drawings are public, unless they are private or reported, or staff must approve them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from recognition.models import AuditEntry, Contributor, Drawing, Exhibit, Report
from recognition.throttling.rate_limit import is_first_today, seconds_to_wait

Moderation = Drawing.Moderation


def update_exhibit(drawing: Drawing) -> None:
    """Create, update or delete a drawing's row in the gallery, depending on whether it is public."""
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


def newest_of_each(querysets: Sequence[QuerySet[Exhibit]], limit: int, *fields: str) -> list[tuple[Any, ...]]:
    """Return `fields` of the newest exhibits of each queryset, at most `limit` of each, in one query.

    The query is a union of one small index scan per queryset; a single OR condition would read the whole table.
    """
    newest = [Exhibit.objects.filter(pk__in=queryset.values("pk")[:limit]) for queryset in querysets]
    if not newest:
        return []
    # Sorted in Python, as databases differ in what they allow in the ORDER BY of a union.
    first, *rest = (exhibits.order_by().values_list("drawn_at", "pk", *fields) for exhibits in newest)
    rows = sorted(first.union(*rest, all=True), key=lambda row: row[:2], reverse=True)
    return [row[1:] for row in rows]


def report(drawing: Drawing, contributor: Contributor, reason: str, *, address: str | None = None) -> None:
    """Store a report and hide the drawing until staff look at it, unless they have approved it already.

    A second report by the same contributor replaces the reason of the first.

    address: of somebody without an account. All people there are one, as anybody gets a new cookie: their first report
    of a drawing counts, and once they have hidden as many drawings as the setting ADDRESS_RATES allows, the next ones
    stay in the gallery while they wait for staff.
    """
    is_repeated = Report.objects.filter(drawing=drawing, contributor=contributor).exists()
    if address and not is_repeated and not is_first_today(f"report:{drawing.pk}", address):
        return
    hides = drawing.moderation == Moderation.UNSEEN and not seconds_to_wait("hidden", None, address)
    _store_report(drawing, contributor, reason, hides=hides)


@transaction.atomic
def _store_report(drawing: Drawing, contributor: Contributor, reason: str, *, hides: bool) -> None:
    locked = _locked(drawing)
    contributor.ensure_stored()
    Report.objects.update_or_create(drawing=locked, contributor=contributor, defaults={"reason": reason})
    if hides and locked.moderation == Moderation.UNSEEN:
        _set_moderation(locked, Moderation.REPORTED)


@transaction.atomic
def approve(drawing: Drawing) -> None:
    """Approve a drawing that was checked before it was imported; this is not audited."""
    _set_moderation(_locked(drawing), Moderation.APPROVED)


@transaction.atomic
def moderate(drawing: Drawing, moderation: Drawing.Moderation) -> None:
    """Set a drawing's moderation, update the gallery and record it in the audit log.

    A private drawing stays private.
    """
    locked = _locked(drawing)
    if locked.is_private:
        return
    _set_moderation(locked, moderation)
    AuditEntry.objects.record(AuditEntry.Action.MODERATED, "drawing", moderation.label, drawing=locked)


def _locked(drawing: Drawing) -> Drawing:
    return Drawing.objects.select_for_update().defer("bitmap", "strokes").with_predictions().get(pk=drawing.pk)


def _set_moderation(drawing: Drawing, moderation: Drawing.Moderation) -> None:
    drawing.moderation = moderation
    drawing.save(update_fields=["moderation"])
    update_exhibit(drawing)

"""Drawings and people that go: with all that was said about them, and with what was derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from recognition.explain.similar_drawings import erase
from recognition.labeling.policy import update_label
from recognition.models import AuditEntry, Contributor, Drawing
from recognition.models.drawing import DrawingQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AT_ONCE = 500  # ids in one query


@transaction.atomic
def delete_drawings(drawings: DrawingQuerySet, *, detail: str = "") -> int:
    """Delete drawings with all that was said about them; return how many. Those of a few hundred fit in memory."""
    ids = list(drawings.order_by().values_list("pk", flat=True))
    if ids:
        Drawing.objects.filter(pk__in=ids).delete()
        _erase_traces(ids)
        AuditEntry.objects.record(AuditEntry.Action.DELETED, _several(len(ids), "drawing"), detail)
    return len(ids)


@transaction.atomic
def delete_contributor_data(contributor: Contributor) -> None:
    """Delete a contributor with all they drew and said; drawings of others get the label that is left to them."""
    drawings = Drawing.objects.select_for_update().defer("bitmap", "strokes")
    # Whoever judges one of them meanwhile waits for this, before either counts: else each might wait for the other.
    ids = list(drawings.filter(contributor=contributor).values_list("pk", flat=True))
    others = drawings.exclude(contributor=contributor).with_predictions()
    judged = list(others.filter(feedback__contributor=contributor))
    deleted, _ = Contributor.objects.filter(pk=contributor.pk).delete()
    for drawing in judged:
        update_label(drawing)
    if deleted:
        _erase_traces([*ids, contributor.pk])
        AuditEntry.objects.record(AuditEntry.Action.FORGOT, "a contributor", f"with {_several(len(ids), 'drawing')}")


def forget_user(user: User) -> None:
    """Forget the contributor that stands for a user, if there is one; the account stays."""
    if contributor := Contributor.objects.filter(user=user).first():
        delete_contributor_data(contributor)


def _erase_traces(ids: Sequence[UUID]) -> None:
    """Delete what else names these drawings or this person: the admin's history, and this host's files."""
    kinds = ContentType.objects.get_for_models(Contributor, Drawing).values()
    history = LogEntry.objects.filter(content_type__in=kinds)
    for start in range(0, len(ids), AT_ONCE):
        history.filter(object_id__in=[str(one) for one in ids[start : start + AT_ONCE]]).delete()
    transaction.on_commit(partial(erase, ids), robust=True)


def _several(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"

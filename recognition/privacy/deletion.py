"""Deletion of drawings and contributors, with all feedback about them and all data derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from recognition.explain.similar_drawings import erase_vectors
from recognition.labeling.policy import update_label
from recognition.models import AuditEntry, Contributor, DeletedDrawing, Drawing, WordProposal
from recognition.models.drawing import DrawingQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

IDS_PER_QUERY = 500


@transaction.atomic
def delete_drawings(drawings: DrawingQuerySet, *, detail: str = "") -> int:
    """Delete drawings with their predictions and feedback; return how many. All ids are held in memory."""
    ids = list(drawings.order_by().values_list("pk", flat=True))
    if ids:
        Drawing.objects.filter(pk__in=ids).delete()
        DeletedDrawing.objects.remember(ids)
        WordProposal.objects.abandoned().delete()
        _erase_traces(ids)
        AuditEntry.objects.record(AuditEntry.Action.DELETED, _counted(len(ids), "drawing"), detail)
    return len(ids)


@transaction.atomic
def delete_contributor_data(contributor: Contributor) -> None:
    """Delete a contributor with their drawings and feedback, and update the labels of drawings that they judged."""
    drawings = Drawing.objects.select_for_update().defer("bitmap", "strokes")
    # Locks all rows before anything is counted: feedback at the same time could otherwise cause a deadlock.
    ids = list(drawings.filter(contributor=contributor).values_list("pk", flat=True))
    others = drawings.exclude(contributor=contributor).with_predictions()
    judged = list(others.filter(feedback__contributor=contributor))
    deleted, _ = Contributor.objects.filter(pk=contributor.pk).delete()
    WordProposal.objects.abandoned().delete()
    for drawing in judged:
        update_label(drawing)
    if deleted:
        DeletedDrawing.objects.remember(ids)
        _erase_traces([*ids, contributor.pk])
        AuditEntry.objects.record(AuditEntry.Action.FORGOT, "a contributor", f"with {_counted(len(ids), 'drawing')}")


def delete_user_data(user: User) -> None:
    """Delete the data of the contributor that belongs to a user, if there is one; the account remains."""
    if contributor := Contributor.objects.filter(user=user).first():
        delete_contributor_data(contributor)


def _erase_traces(ids: Sequence[UUID]) -> None:
    """Delete the rows of the admin's history and the vectors on this host that refer to these ids."""
    kinds = ContentType.objects.get_for_models(Contributor, Drawing).values()
    history = LogEntry.objects.filter(content_type__in=kinds)
    for start in range(0, len(ids), IDS_PER_QUERY):
        history.filter(object_id__in=[str(pk) for pk in ids[start : start + IDS_PER_QUERY]]).delete()
    transaction.on_commit(partial(erase_vectors, ids), robust=True)


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"

"""Data retention: deletes expired data every night by Celery beat, or by `manage.py retain`.

Rows are deleted in batches, each in a transaction of its own. So no request waits long for a lock, and rows that an
interrupted run leaves are deleted by the next one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from recognition.explain import similar_drawings
from recognition.models import AuditEntry, Contributor, Drawing, DrawingImport, Feedback, Game, GoldAnswer, Report
from recognition.models.drawing import stored_since
from recognition.privacy.deletion import delete_drawings

logger = logging.getLogger(__name__)

BATCH_ROWS = 500
MAX_SECONDS = 600.0  # of one run; the next night deletes the rest

Rows = QuerySet[Any]


@dataclass(frozen=True)
class RetentionRule:
    """The expired rows of one kind, and a function that deletes a batch of them and returns how many."""

    name: str  # plural
    expired: Rows
    delete: Callable[[Rows], int]


@dataclass(frozen=True)
class RetentionResult:
    """The number of deleted rows by the name of their rule."""

    counts: dict[str, int]
    finished: bool = True  # false: the time was up

    def __str__(self) -> str:
        return ", ".join(f"{name}: {count:,}" for name, count in self.counts.items() if count) or "nothing"


def count_expired() -> RetentionResult:
    """Count the rows that `retain` would delete now."""
    return RetentionResult({rule.name: rule.expired.count() for rule in retention_rules()})


def retain(max_seconds: float = MAX_SECONDS) -> RetentionResult:
    """Delete expired rows, for at most `max_seconds`."""
    deadline = time.monotonic() + max_seconds
    counts = {rule.name: _apply(rule, deadline) for rule in retention_rules()}
    removed = RetentionResult(counts, finished=time.monotonic() < deadline)
    logger.info("Retention removed %s%s.", removed, "" if removed.finished else "; the rest waits for the next time")
    if any(counts.values()):
        AuditEntry.objects.record(AuditEntry.Action.DELETED, "what is kept no longer", str(removed))
    similar_drawings.sweep_vectors()
    checkpoint_wal()
    return removed


def retention_rules() -> Sequence[RetentionRule]:
    """Return the rules that the settings RETENTION_… enable; 0 days disable one."""
    now = timezone.now()
    yesterday = now - timedelta(days=1)  # older rows have addresses hashed with another day's salt
    rules = [
        RetentionRule("ended sessions", Session.objects.filter(expire_date__lt=now), _delete),
        RetentionRule("failed sign-ins", AccessAttempt.objects.filter(attempt_time__lt=yesterday), _delete),
    ]
    if settings.RETENTION_DAYS:
        before = now - timedelta(days=settings.RETENTION_DAYS)
        rules.append(RetentionRule("games without a drawing", _empty_games(before), _delete))
        rules.append(RetentionRule("contributors of whom nothing is kept", _empty_contributors(before), _delete))
    if settings.RETENTION_DRAWINGS_DAYS:
        before = now - timedelta(days=settings.RETENTION_DRAWINGS_DAYS)
        rules.append(RetentionRule("drawings that nobody named", _unnamed_drawings(before), _delete_unnamed))
    if settings.RETENTION_AUDIT_DAYS:
        before = now - timedelta(days=settings.RETENTION_AUDIT_DAYS)
        rules.append(RetentionRule("entries of the audit log", AuditEntry.objects.before(before), _delete))
        rules.append(RetentionRule("imports", DrawingImport.objects.filter(finished_at__lt=before), _delete))
        rules.append(
            RetentionRule("entries of the admin's history", LogEntry.objects.filter(action_time__lt=before), _delete)
        )
    return rules


def _empty_games(before: datetime) -> Rows:
    drawn = Drawing.objects.filter(game=OuterRef("pk"))
    return Game.objects.filter(~Exists(drawn), created_at__lt=before)


def _empty_contributors(before: datetime) -> Rows:
    """Return contributors without any data; those of users are deleted with the account instead."""
    empty = Contributor.objects.filter(user=None, created_at__lt=before)
    for model in (Drawing, Feedback, Game, Report, GoldAnswer):
        empty = empty.filter(~Exists(model._default_manager.filter(contributor=OuterRef("pk")).order_by()))
    return empty


def _unnamed_drawings(before: datetime) -> Rows:
    """Return drawings by people without an accepted label and without any feedback."""
    unnamed = Drawing.objects.filter(
        status__in=(Drawing.Status.UNLABELLED, Drawing.Status.PROPOSED),
        source__in=(Drawing.Source.PAGE, Drawing.Source.GAME, Drawing.Source.API),
    ).exclude(stored_since(before))
    return unnamed.filter(~Exists(Feedback.objects.filter(drawing=OuterRef("pk")).order_by()))


def checkpoint_wal() -> None:
    """Copy SQLite's write-ahead log into the database file and truncate it, as it holds copies of deleted rows."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _apply(rule: RetentionRule, deadline: float) -> int:
    removed, rows = 0, rule.expired.order_by("pk")
    while time.monotonic() < deadline and (batch := list(rows.values_list("pk", flat=True)[:BATCH_ROWS])):
        try:
            with transaction.atomic():
                removed += rule.delete(rule.expired.filter(pk__in=batch))
        except IntegrityError:  # a request has just referred to one of the rows; the next run deletes the others
            logger.warning("Left %d %s for the next time.", len(batch), rule.name)
        rows = rule.expired.filter(pk__gt=batch[-1]).order_by("pk")
    return removed


def _delete(rows: Rows) -> int:
    """Delete in one statement that checks the rule again, so that rows that changed meanwhile are kept."""
    return rows.order_by()._raw_delete(rows.db)


def _delete_unnamed(rows: Rows) -> int:
    list(Drawing.objects.select_for_update().filter(pk__in=rows.values("pk")).values_list("pk"))
    unnamed = Drawing.objects.filter(pk__in=rows.values("pk"))  # checked again, now that the rows are locked
    return delete_drawings(unnamed, detail="nobody named them")

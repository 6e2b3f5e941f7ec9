"""What is kept only for some time, and goes then: every night by beat, or by `manage.py retain`.

It goes in batches, each a transaction of its own: nobody waits for it, and what an interruption leaves is due again.
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
from recognition.privacy.deletion import delete_drawings

logger = logging.getLogger(__name__)

BATCH = 500  # rows
LONGEST = 600.0  # seconds; what is left then waits for the next night

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Rule:
    """What is due, and how it goes: `remove` gets a batch of it and returns how many rows went."""

    what: str
    due: Rows
    remove: Callable[[Rows], int]


@dataclass(frozen=True)
class Removed:
    counts: dict[str, int]
    finished: bool = True  # else the time was over

    def __str__(self) -> str:
        return ", ".join(f"{what}: {count:,}" for what, count in self.counts.items() if count) or "nothing"


def due() -> Removed:
    """Count what would be removed now."""
    return Removed({rule.what: rule.due.count() for rule in rules()})


def retain(longest: float = LONGEST) -> Removed:
    """Remove what is due, for so many seconds at most."""
    until = time.monotonic() + longest
    counts = {rule.what: _apply(rule, until) for rule in rules()}
    removed = Removed(counts, finished=time.monotonic() < until)
    logger.info("Retention removed %s%s.", removed, "" if removed.finished else "; the rest waits for the next time")
    if any(counts.values()):
        AuditEntry.objects.record(AuditEntry.Action.DELETED, "what is kept no longer", str(removed))
    similar_drawings.sweep()
    empty_the_log()
    return removed


def rules() -> Sequence[Rule]:
    """Return what goes and when, as the settings say; 0 days keep it for ever."""
    now = timezone.now()
    yesterday = now - timedelta(days=1)  # when the salt of the addresses in it was another one
    found = [
        Rule("ended sessions", Session.objects.filter(expire_date__lt=now), _delete),
        Rule("failed sign-ins", AccessAttempt.objects.filter(attempt_time__lt=yesterday), _delete),
    ]
    if settings.RETENTION_DAYS:
        before = now - timedelta(days=settings.RETENTION_DAYS)
        found.append(Rule("games without a drawing", _empty_games(before), _delete))
        found.append(Rule("contributors of whom nothing is kept", _empty_contributors(before), _delete))
    if settings.RETENTION_DRAWINGS_DAYS:
        before = now - timedelta(days=settings.RETENTION_DRAWINGS_DAYS)
        found.append(Rule("drawings that nobody named", _unnamed_drawings(before), _delete_unnamed))
    if settings.RETENTION_AUDIT_DAYS:
        before = now - timedelta(days=settings.RETENTION_AUDIT_DAYS)
        found.append(Rule("entries of the audit log", AuditEntry.objects.before(before), _delete))
        found.append(Rule("imports", DrawingImport.objects.filter(finished_at__lt=before), _delete))
        found.append(Rule("entries of the admin's history", LogEntry.objects.filter(action_time__lt=before), _delete))
    return found


def _empty_games(before: datetime) -> Rows:
    drawn = Drawing.objects.filter(game=OuterRef("pk"))
    return Game.objects.filter(~Exists(drawn), created_at__lt=before)


def _empty_contributors(before: datetime) -> Rows:
    """Return who opened a game or judged a drawing once and has nothing left here; users go with their accounts."""
    empty = Contributor.objects.filter(user=None, created_at__lt=before)
    for model in (Drawing, Feedback, Game, Report, GoldAnswer):
        empty = empty.filter(~Exists(model._default_manager.filter(contributor=OuterRef("pk")).order_by()))
    return empty


def _unnamed_drawings(before: datetime) -> Rows:
    """Return what people drew and neither they nor anybody else has said a word about."""
    unnamed = Drawing.objects.filter(
        status__in=(Drawing.Status.UNLABELLED, Drawing.Status.PROPOSED),
        source__in=(Drawing.Source.PAGE, Drawing.Source.GAME, Drawing.Source.API),
        created_at__lt=before,
    )
    return unnamed.filter(~Exists(Feedback.objects.filter(drawing=OuterRef("pk")).order_by()))


def empty_the_log() -> None:
    """Have SQLite write what its write-ahead log holds into the file, and empty that log of what was deleted since."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _apply(rule: Rule, until: float) -> int:
    removed, rows = 0, rule.due.order_by("pk")
    while time.monotonic() < until and (batch := list(rows.values_list("pk", flat=True)[:BATCH])):
        try:
            with transaction.atomic():
                removed += rule.remove(rule.due.filter(pk__in=batch))
        except IntegrityError:  # one of them got something to keep this very moment; the next night sees the others
            logger.warning("Left %d %s for the next time.", len(batch), rule.what)
        rows = rule.due.filter(pk__gt=batch[-1]).order_by("pk")
    return removed


def _delete(rows: Rows) -> int:
    """Delete in one statement that asks again what is due, so that nothing that came meanwhile goes along."""
    return rows.order_by()._raw_delete(rows.db)


def _delete_unnamed(rows: Rows) -> int:
    list(Drawing.objects.select_for_update().filter(pk__in=rows.values("pk")).values_list("pk"))
    still = Drawing.objects.filter(pk__in=rows.values("pk"))  # asked again: whoever named one meanwhile had the lock
    return delete_drawings(still, detail="nobody named them")

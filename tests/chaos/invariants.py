"""Invariants of a site's database that hold whenever no request or run is in progress."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from recognition.models import Drawing, Judgement, ModelVersion
from recognition.models.tally import TALLIES
from recognition.stats.accuracy import recount
from training.models import Checkpoint, TrainingRun, Weights

OURS = ("recognition", "training")


def stuck() -> Iterator[str]:
    for run in TrainingRun.objects.open():
        yield f"{run} is {run.status} in {run.stage or 'no stage'}, attempt {run.attempt}"


def without_a_reason() -> Iterator[str]:
    for run in TrainingRun.objects.filter(status=TrainingRun.Status.FAILED, error=""):
        yield f"{run} failed without saying why"
    for run in TrainingRun.objects.filter(status=TrainingRun.Status.SUCCEEDED, version=None):
        yield f"{run} succeeded without a version"


def orphans() -> Iterator[str]:
    """Find foreign keys to rows that do not exist; PostgreSQL enforces most of them itself."""
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for key in model._meta.concrete_fields:
            if isinstance(key, models.ForeignKey):
                parents = key.related_model._base_manager.filter(pk=models.OuterRef(key.attname))
                rows = model._base_manager.exclude(**{f"{key.attname}__isnull": True})
                if number := rows.exclude(models.Exists(parents)).count():
                    yield f"{number} of {model.__name__} without their {key.name}"


def half_made() -> Iterator[str]:
    """Find rows without other rows that are stored in the same transaction."""
    trained = ModelVersion.objects.filter(training_run__isnull=False)
    bare = trained.filter(weights=None)
    yield from (f"{version} without weights" for version in bare)
    ours = trained.values("pk")
    for version in ModelVersion.objects.exclude(pk__in=ours).filter(pk__in=Weights.objects.values("version")):
        if version.number > 1:
            yield f"{version} of no run"
    for checkpoint in Checkpoint.objects.exclude(run__status__in=TrainingRun.OPEN):
        yield f"a checkpoint of {checkpoint.run}, which is {checkpoint.run.status}"
    for drawing in Drawing.objects.filter(predictions=None, source__in=("page", "api")):
        yield f"{drawing.pk} without a prediction"
    shown = Drawing.objects.filter(status=Drawing.Status.ACCEPTED, exhibit=None, moderation="")
    if number := shown.exclude(source="sample").count():
        yield f"{number} accepted drawings that are not in the gallery"


def stale_sessions() -> Iterator[str]:
    """Find sessions of lost clients that keep a transaction or an advisory lock in PostgreSQL."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT pid, state, extract(epoch FROM now() - state_change)::int, left(query, 80) FROM pg_stat_activity
            WHERE now() - state_change > interval '30 seconds' AND (state LIKE 'idle in transaction%' OR
                pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory'))
        """)
        yield from (f"session {pid}, {state} for {age} s: {query}" for pid, state, age, query in cursor.fetchall())


def counted_wrong() -> Iterator[str]:
    """Find counters that differ from a full recount, which is rolled back."""
    before = _tallied()
    with transaction.atomic():
        recount()
        after = _tallied()
        transaction.set_rollback(True)
    for name in before:
        for key in before[name].keys() | after[name].keys():
            if before[name].get(key) != after[name].get(key):
                yield f"{name} {key}: {before[name].get(key)}, not {after[name].get(key)}"


def _tallied() -> dict[str, dict[Any, Any]]:
    found: dict[str, dict[Any, Any]] = {"Judgement": {one.pk: one.label for one in Judgement.objects.all()}}
    for model in TALLIES:
        sums = {"judged", "right", "confidence"}
        key = [field.attname for field in model._meta.concrete_fields if field.attname not in {"id", *sums}]
        found[model.__name__] = {
            tuple(getattr(row, name) for name in key): tuple(getattr(row, name, None) for name in sorted(sums))
            for row in model._default_manager.exclude(judged=0)
        }
    return found

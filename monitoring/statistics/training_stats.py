"""How trainings go, out of the latest of them: one query by the primary key."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from monitoring.statistics.ttl_cache import kept_for
from training.models import TrainingRun

LATEST = 50  # runs that are counted

Status = TrainingRun.Status


@dataclass(frozen=True)
class Runs:
    states: dict[str, int]  # of the latest
    open: TrainingRun | None
    ended: TrainingRun | None  # the one that ended last

    @property
    def waits(self) -> float:
        """Return for how many seconds a run has been waiting for a worker."""
        return _ago(self.open.created_at) if self.open and self.open.status == Status.QUEUED else 0.0

    @property
    def silent(self) -> float:
        """Return for how many seconds the worker of the running run has given no sign of life."""
        return _ago(self.open.heartbeat_at) if self.open and self.open.status == Status.RUNNING else 0.0

    @property
    def progress(self) -> float:
        """Return the share of the epochs that the open run has behind it."""
        told: dict[str, Any] = self.open.progress if self.open else {}
        return float(told.get("epoch", 0)) / float(told.get("epochs") or 1)


@kept_for(5)
def runs() -> Runs:
    light = ("pk", "status", "stage", "progress", "created_at", "heartbeat_at", "finished_at")
    latest = list(TrainingRun.objects.order_by("-pk").only(*light)[:LATEST])
    states = Counter(run.status for run in latest)
    return Runs(
        {status: states[status] for status in Status.values},
        next((run for run in latest if run.is_open), None),
        max((run for run in latest if run.finished_at), key=lambda run: (run.finished_at, run.pk), default=None),
    )


def _ago(moment: datetime | None) -> float:
    return (timezone.now() - moment).total_seconds() if moment else 0.0

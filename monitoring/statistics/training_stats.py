"""The state of the latest training runs: one query by the primary key."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from monitoring.statistics.ttl_cache import cached_for
from training.models import TrainingRun

LATEST_RUNS = 50

Status = TrainingRun.Status


@dataclass(frozen=True)
class TrainingStats:
    counts: dict[str, int]  # of the latest runs, by status
    open_run: TrainingRun | None
    last_finished: TrainingRun | None

    @property
    def waiting_seconds(self) -> float:
        """Return how long the open run has waited for a worker."""
        run = self.open_run
        return _seconds_since(run.created_at) if run and run.status == Status.QUEUED else 0.0

    @property
    def silent_seconds(self) -> float:
        """Return the seconds since the last heartbeat of the running run."""
        run = self.open_run
        return _seconds_since(run.heartbeat_at) if run and run.status == Status.RUNNING else 0.0

    @property
    def progress(self) -> float:
        """Return the share of its epochs that the open run has finished."""
        progress: dict[str, Any] = self.open_run.progress if self.open_run else {}
        return float(progress.get("epoch", 0)) / float(progress.get("epochs") or 1)


@cached_for(5)
def training_stats() -> TrainingStats:
    fields = ("pk", "status", "stage", "progress", "created_at", "heartbeat_at", "finished_at")
    latest = list(TrainingRun.objects.order_by("-pk").only(*fields)[:LATEST_RUNS])
    counts = Counter(run.status for run in latest)
    return TrainingStats(
        {status: counts[status] for status in Status.values},
        next((run for run in latest if run.is_open), None),
        max((run for run in latest if run.finished_at), key=lambda run: (run.finished_at, run.pk), default=None),
    )


def _seconds_since(moment: datetime | None) -> float:
    return (timezone.now() - moment).total_seconds() if moment else 0.0

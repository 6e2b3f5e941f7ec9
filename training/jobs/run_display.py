"""A run as the pages show it: its stages, its progress, and how long it took."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from training.models import TrainingRun


@dataclass(frozen=True)
class StageDisplay:
    name: str
    state: str  # done, current, to come


@dataclass(frozen=True)
class RunDisplay:
    stages: list[StageDisplay]
    prepared: int | None  # percent of the preparation before the first epoch
    percent: int | None  # of the epochs
    time_left: str | None
    took: str | None
    history: str  # as JSON, for the charts


def display_run(run: TrainingRun) -> RunDisplay:
    """Return what the pages show of a run. Progress is None outside the training stage."""
    running = run.status == TrainingRun.Status.RUNNING
    seconds_left = run.progress.get("seconds_left")
    training = running and run.stage == TrainingRun.Stage.TRAIN
    prepared, done = (run.progress.get(name) if training else None for name in ("prepared", "done"))
    return RunDisplay(
        stages=_stages(run),
        prepared=_percent(prepared),
        percent=_percent(done),
        time_left=_format_duration(timedelta(seconds=seconds_left)) if training and seconds_left is not None else None,
        took=duration_text(run),
        history=json.dumps(run.history),
    )


def duration_text(run: TrainingRun) -> str | None:
    """Return how long the run has been running, or ran; None if it never started."""
    return _format_duration((run.finished_at or timezone.now()) - run.started_at) if run.started_at else None


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


def _stages(run: TrainingRun) -> list[StageDisplay]:
    names = [stage.value for stage in TrainingRun.Stage]
    current = names.index(run.stage) if run.stage else -1
    if run.status == TrainingRun.Status.SUCCEEDED:
        current = len(names)
    return [
        StageDisplay(name, "done" if position < current else "current" if position == current else "to come")
        for position, name in enumerate(names)
    ]


def _format_duration(duration: timedelta) -> str:
    """Format a duration with its two largest units: “2 h 2 min”, “1 min 15 s” or “59 s”."""
    seconds = max(0, round(duration.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"

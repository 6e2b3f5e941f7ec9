"""A run as people read it: which stages are done, how far it is, how long it took."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from training.models import TrainingRun


@dataclass(frozen=True)
class StageShown:
    name: str
    state: str  # done, current, to come


@dataclass(frozen=True)
class RunShown:
    stages: list[StageShown]
    prepared: int | None  # percent of what is drawn before the first epoch
    percent: int | None  # of the epochs
    time_left: str | None
    took: str | None
    history: str  # as JSON, for the charts


def shown(run: TrainingRun) -> RunShown:
    running = run.status == TrainingRun.Status.RUNNING
    seconds_left = run.progress.get("seconds_left")
    training = running and run.stage == TrainingRun.Stage.TRAIN
    prepared, done = (run.progress.get(name) if training else None for name in ("prepared", "done"))
    return RunShown(
        stages=_stages(run),
        prepared=_percent(prepared),
        percent=_percent(done),
        time_left=_spell(timedelta(seconds=seconds_left)) if training and seconds_left is not None else None,
        took=took(run),
        history=json.dumps(run.history),
    )


def took(run: TrainingRun) -> str | None:
    """Say how long it has been running, or ran; None when it never started."""
    return _spell((run.finished_at or timezone.now()) - run.started_at) if run.started_at else None


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


def _stages(run: TrainingRun) -> list[StageShown]:
    names = [stage.value for stage in TrainingRun.Stage]
    reached = names.index(run.stage) if run.stage else -1
    if run.status == TrainingRun.Status.SUCCEEDED:
        reached = len(names)
    return [
        StageShown(name, "done" if place < reached else "current" if place == reached else "to come")
        for place, name in enumerate(names)
    ]


def _spell(time: timedelta) -> str:
    seconds = max(0, round(time.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"

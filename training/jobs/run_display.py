"""A run as the pages show it: its stages, its progress, and how long it took."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from training.models import TrainingRun

UNKNOWN = "–"
SHOWN_LINES = 12  # of the log


@dataclass(frozen=True)
class StageDisplay:
    name: str
    state: str  # done, current, to come
    took: str | None = None


@dataclass(frozen=True)
class LogLine:
    at: datetime
    stage: str
    text: str


@dataclass(frozen=True)
class RunDisplay:
    stages: list[StageDisplay]
    doing: str | None  # what it does outside of the epochs
    share: int | None  # percent of that
    percent: int | None  # of the epochs
    time_left: str | None
    took: str | None
    history: str  # as JSON, for the charts
    log: list[LogLine]  # its latest steps, the newest last


def display_run(run: TrainingRun) -> RunDisplay:
    """Return what the pages show of a run. Progress is None unless it runs."""
    running = run.status == TrainingRun.Status.RUNNING
    progress = run.progress if running else {}
    seconds_left = progress.get("seconds_left")
    return RunDisplay(
        stages=_stages(run),
        doing=progress.get("doing"),
        share=_percent(progress.get("share")),
        percent=_percent(progress.get("done")),
        time_left=_format_duration(timedelta(seconds=seconds_left)) if seconds_left is not None else None,
        took=duration_text(run),
        history=json.dumps(run.history),
        log=[LogLine(datetime.fromisoformat(at), stage, text) for at, stage, text in run.log[-SHOWN_LINES:]],
    )


def duration_text(run: TrainingRun) -> str | None:
    """Return how long the run has been running, or ran; None if it never started."""
    return _format_duration((run.finished_at or timezone.now()) - run.started_at) if run.started_at else None


def stage_times(run: TrainingRun) -> str:
    """Return how long each stage took: “collect 12 s, train 3 min 5 s”; "" if that is not stored."""
    # In the order of the stages: PostgreSQL's jsonb sorts keys by length.
    return ", ".join(f"{stage.name} {stage.took}" for stage in _stages(run) if stage.took)


def outcome_text(run: TrainingRun) -> str | None:
    """Return what the gate decided; None if it has not."""
    passed = run.verdict.get("passed")
    if run.verdict.get("outcome") == "ask":
        return "asks people"
    return None if passed is None else "passed" if passed else "kept out"


def config_texts(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names and values of what a config asks for, without what it leaves open."""
    asked = {name: value for name, value in config.items() if value not in (None, [])}
    return [(name.replace("_", " "), value_text(value)) for name, value in asked.items()]


def value_text(value: Any) -> str:
    """Return a value of a config or recipe as people read it."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


def _stages(run: TrainingRun) -> list[StageDisplay]:
    names = [stage.value for stage in TrainingRun.Stage]
    if run.status == TrainingRun.Status.SUCCEEDED:
        is_promoted = run.version is not None and run.version.promoted_at is not None
        states = ["done"] * (len(names) - 1) + ["done" if is_promoted else "to come"]
    else:
        current = names.index(run.stage) if run.stage else -1
        states = [
            "done" if position < current else "current" if position == current else "to come"
            for position in range(len(names))
        ]
    seconds = run.stage_seconds
    took = [_format_duration(timedelta(seconds=seconds[name])) if name in seconds else None for name in names]
    return [StageDisplay(*stage) for stage in zip(names, states, took, strict=True)]


def _format_duration(duration: timedelta) -> str:
    """Format a duration with its two largest units: “2 h 2 min”, “1 min 15 s” or “59 s”."""
    seconds = max(0, round(duration.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"

"""Reports a run's progress: stores it in the run's row and passes it to a callback, such as a terminal's."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from training.models import TrainingRun

WRITE_INTERVAL_SECONDS = 1.0

# doing (a text), share (0 to 1) and seconds_left; in the training: epoch, epochs, images_per_second, seconds_left, done
Progress = Mapping[str, Any]
ProgressCallback = Callable[[Progress], None]


def no_progress(progress: object) -> None:
    """Ignore the progress: the default callback."""


class StepProgress:
    """Reports what a run does outside of its epochs, step by step. Raises LostLease like TrainingProgress."""

    def __init__(self, run: TrainingRun, watch: ProgressCallback) -> None:
        self._run = run
        self._watch = watch
        self._doing = ""
        self._started_at = self._written_at = 0.0

    def begin(self, doing: str, stage: TrainingRun.Stage | None = None) -> None:
        """Report the next step at once. doing: for people, as in "reading the drawings". stage: a new one."""
        self._doing, self._started_at = doing, time.monotonic()
        self._write({"doing": doing}, **({"stage": stage} if stage else {}))

    def report(self, share: float) -> None:
        """Report the finished share of the step, 0 to 1, at most once a second."""
        if time.monotonic() - self._written_at >= WRITE_INTERVAL_SECONDS:
            left = (time.monotonic() - self._started_at) * (1 - share) / share if share else None
            shares = {"share": round(share, 3), "seconds_left": None if left is None else round(left)}
            self._write({"doing": self._doing, **shares})

    def _write(self, progress: Progress, **fields: Any) -> None:
        self._written_at = time.monotonic()
        self._run.write(progress=progress, **fields)
        self._watch(progress)


class TrainingProgress:
    """Counts the drawings of the training stage and reports the progress about once a second.

    Each report writes to the run, so it raises LostLease in the middle of an epoch when the run was cancelled.
    """

    def __init__(self, run: TrainingRun, drawings: int, epochs: int, watch: ProgressCallback) -> None:
        """drawings: the number that all epochs together show."""
        self._run = run
        self._drawings = drawings
        self._epochs = epochs
        self._watch = watch
        self._seen = self._seen_before = 0
        self._started_at = self._written_at = time.monotonic()
        self.epoch = 1  # the current one

    def skip(self, drawings: int) -> None:
        """Count drawings that another worker trained on before; they do not count for the speed."""
        self._seen = self._seen_before = drawings

    def count(self, drawings: int) -> None:
        """Count drawings just trained on, and report when the last report is a second old."""
        self._seen += drawings
        if time.monotonic() - self._written_at >= WRITE_INTERVAL_SECONDS:
            self.write()

    def write(self) -> None:
        """Report the progress now. Raises LostLease."""
        self._written_at = time.monotonic()
        progress = self._progress()
        self._run.write(progress=progress)
        self._watch(progress)

    def _progress(self) -> dict[str, Any]:
        speed = (self._seen - self._seen_before) / (time.monotonic() - self._started_at)
        return {
            "epoch": self.epoch,
            "epochs": self._epochs,
            "images_per_second": round(speed),
            "seconds_left": round((self._drawings - self._seen) / speed) if speed else None,
            "done": round(self._seen / self._drawings, 4),
        }

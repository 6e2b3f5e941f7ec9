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
    """Reports what a run does outside of its epochs, step by step. Raises LostLease."""

    def __init__(self, run: TrainingRun, watch: ProgressCallback) -> None:
        self.run = run
        self.watch = watch
        self._doing = ""
        self._started_at = self._written_at = 0.0

    def begin(self, doing: str, stage: TrainingRun.Stage | None = None) -> None:
        """Report the next step at once. doing: for people, as in "reading the drawings". stage: a new one."""
        self._doing, self._started_at = doing, time.monotonic()
        log = self.run.log_with(doing, stage or "")
        self._write({"doing": doing}, log=log, **({"stage": stage} if stage else {}))

    def report(self, share: float) -> None:
        """Report the finished share of the step, 0 to 1, at most once a second."""
        if time.monotonic() - self._written_at >= WRITE_INTERVAL_SECONDS:
            left = (time.monotonic() - self._started_at) * (1 - share) / share if share else None
            shares = {"share": round(share, 3), "seconds_left": None if left is None else round(left)}
            self._write({"doing": self._doing, **shares})

    def _write(self, progress: Progress, **fields: Any) -> None:
        self._written_at = time.monotonic()
        self.run.write(progress=progress, **fields)
        self.watch(progress)

"""How far a run is, for whoever watches: written into its row, and shown on a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from training.models import TrainingRun

WRITE_EVERY = 1.0  # seconds

Progress = Mapping[str, Any]  # prepared (0 to 1); then epoch, epochs, images_per_second, seconds_left, done (0 to 1)
Watch = Callable[[Progress], None]


def no_progress(progress: Progress) -> None:
    """Nobody watches."""


class Preparation:
    """Writes how much of what is drawn before the first epoch is drawn; raises LostLease as a Meter does."""

    def __init__(self, run: TrainingRun, watch: Watch) -> None:
        self._run = run
        self._watch = watch
        self._written_at = 0.0

    def tell(self, share: float) -> None:
        """share: 0 to 1."""
        if time.monotonic() - self._written_at >= WRITE_EVERY:
            self._written_at = time.monotonic()
            progress = {"prepared": round(share, 3)}
            self._run.write(progress=progress)
            self._watch(progress)


class Meter:
    """Counts the drawings of the training stage and writes the run's progress about once a second.

    Being the run's write, it raises LostLease in the middle of an epoch when the run was cancelled.
    """

    def __init__(self, run: TrainingRun, drawings: int, epochs: int, watch: Watch) -> None:
        """drawings: of all epochs together."""
        self._run = run
        self._drawings = drawings
        self._epochs = epochs
        self._watch = watch
        self._seen = self._seen_before = 0
        self._started_at = self._written_at = time.monotonic()
        self.epoch = 1  # the one that is under way

    def skip(self, drawings: int) -> None:
        """Leave out what was trained on before, by another worker."""
        self._seen = self._seen_before = drawings

    def count(self, drawings: int) -> None:
        self._seen += drawings
        if time.monotonic() - self._written_at >= WRITE_EVERY:
            self.write()

    def write(self) -> None:
        """Write the progress and show it, whenever it was written last. Raises LostLease."""
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

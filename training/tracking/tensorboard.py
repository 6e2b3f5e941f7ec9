"""Event files for TensorBoard. Imports TensorFlow, so only a worker's child imports it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf
from django.conf import settings

from training.models import TrainingRun
from training.tracking.packages import missing_package

logger = logging.getLogger(__name__)


def event_files(run: TrainingRun) -> list[keras.callbacks.Callback]:
    """Return the callback that writes each epoch's metrics to the run's folder in TENSORBOARD_DIR; none if that is off.

    A resumed run adds to its folder.
    """
    if missing := missing_package("TENSORBOARD_DIR"):
        logger.error(missing)
    if missing or not settings.TENSORBOARD_DIR:
        return []
    return [EventFiles(settings.TENSORBOARD_DIR / f"run-{run.pk}", write_graph=False)]


class EventFiles(keras.callbacks.TensorBoard):  # type: ignore[misc]
    """Keras' own callback, except that a folder that cannot be written to does not end the training."""

    _is_broken = False

    def on_train_begin(self, logs: Any = None) -> None:
        self._attempt(super().on_train_begin, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._attempt(super().on_epoch_end, epoch, logs)

    def on_train_end(self, logs: Any = None) -> None:
        self._attempt(super().on_train_end, logs)

    def _attempt(self, write: Callable[..., None], *arguments: Any) -> None:
        if self._is_broken:
            return
        try:
            write(*arguments)
        except (OSError, tf.errors.OpError) as error:
            self._is_broken = True
            logger.warning("The training goes on without event files in %s: %s", self.log_dir, error)

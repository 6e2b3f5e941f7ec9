"""Keras callbacks of a run: what it measures, stores and reports while it trains. Each write may raise LostLease."""

from __future__ import annotations

import time
from typing import Any

import keras
import numpy as np

from recognition.imaging.splits import Split
from training.data.dataset import Dataset
from training.db_retry import retry_on_db_outage
from training.evaluation.calibration import negative_log_likelihood
from training.fit import Student
from training.models import Checkpoint, TrainingRun
from training.models.npz import from_npz, to_npz
from training.network.cnn import predict
from training.network.weights import ordered_weights, weight_arrays
from training.progress import WRITE_INTERVAL_SECONDS, ProgressCallback


class Validation(keras.callbacks.Callback):  # type: ignore[misc]
    """Adds loss and accuracy on the validation split, base and user drawings together, to an epoch's logs.

    The artifact's accuracy is half a point higher, because it averages over each drawing and its mirror image.
    """

    def __init__(self, student: Student, dataset: Dataset) -> None:
        super().__init__()
        self._student = student
        self._sides = dataset.base[Split.VALIDATION], dataset.collected[Split.VALIDATION]

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        targets = np.concatenate([side.targets for side in self._sides])  # (n,)
        if len(targets):
            logits = np.concatenate([predict(self._student.network, side) for side in self._sides if len(side)])
            logs["val_loss"] = negative_log_likelihood(logits, targets)
            logs["val_accuracy"] = float((logits.argmax(axis=1) == targets).mean())


class CheckpointInDatabase(keras.callbacks.Callback):  # type: ignore[misc]
    """Stores a checkpoint and the epoch's logs after each epoch, so that any worker on any host can continue."""

    def __init__(self, run: TrainingRun, student: Student) -> None:
        super().__init__()
        self._run = run
        self._student = student

    def restore(self) -> int:
        """Restore the run's checkpoint, if there is one, and return the number of finished epochs."""
        checkpoint = Checkpoint.objects.filter(run=self._run).first()
        if checkpoint is None:
            return 0
        state = from_npz(bytes(checkpoint.npz))
        self._student.network.set_weights(ordered_weights(state))
        for index, variable in enumerate(self._student.optimizer.variables):
            variable.assign(state[f"optimizer{index}"])
        return checkpoint.epoch

    @retry_on_db_outage
    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        metrics = {"epoch": epoch + 1} | {name: float(value) for name, value in logs.items()}
        variables = enumerate(self._student.optimizer.variables)
        optimizer = {f"optimizer{index}": np.asarray(value) for index, value in variables}
        npz = to_npz(weight_arrays(self._student.network) | optimizer)
        # The lock keeps a worker that lost the lease from overwriting the new worker's checkpoint.
        with self._run.lease_locked():
            Checkpoint.objects.update_or_create(run=self._run, defaults={"epoch": epoch + 1, "npz": npz})
            log = self._run.log_with(f"epoch {epoch + 1} finished")
            self._run.write(history=[*self._run.history[:epoch], metrics], log=log)


class EpochProgress(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports the progress about once a second, also in the middle of an epoch."""

    def __init__(self, run: TrainingRun, student: Student, watch: ProgressCallback, finished_epochs: int) -> None:
        super().__init__()
        self._run = run
        self._hyperparameters = student.hyperparameters
        self._watch = watch
        # Batches that another worker trained on before do not count for the speed.
        self._seen = self._seen_before = finished_epochs * student.hyperparameters.steps_per_epoch
        self._started_at = self._written_at = time.monotonic()
        self._epoch = finished_epochs

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self._seen += 1
        if time.monotonic() - self._written_at >= WRITE_INTERVAL_SECONDS:
            self._write()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self._write()

    def _write(self) -> None:
        self._written_at = time.monotonic()
        hyper = self._hyperparameters
        speed = (self._seen - self._seen_before) / (self._written_at - self._started_at)  # batches a second
        progress = {
            "epoch": self._epoch + 1,
            "epochs": hyper.epochs,
            "images_per_second": round(speed * hyper.batch_size),
            "seconds_left": round((hyper.steps - self._seen) / speed) if speed else None,
            "done": round(self._seen / hyper.steps, 4),
        }
        self._run.write(progress=progress)
        self._watch(progress)

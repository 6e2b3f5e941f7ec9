"""The stage "train": fits the network and stores a checkpoint after each epoch, so that any worker can continue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from django.conf import settings

from recognition.imaging.splits import Split
from training.augmentation.domain_shift import DomainShift
from training.config import Preset, TrainingConfig
from training.data.dataset import Dataset
from training.db_retry import retry_on_db_outage
from training.evaluation.calibration import negative_log_likelihood
from training.models import Checkpoint, TrainingRun
from training.network.cnn import Architecture, build_network, fastest_precision, infer_architecture
from training.network.new_class_bias import tune_logit_bias
from training.network.presets import PRESETS
from training.network.schedule import build_schedule
from training.network.trainer import Hyperparameters, Trainer
from training.network.warm_start import WarmStart
from training.network.weights import from_npz, ordered_weights, to_npz, transfer_weights
from training.progress import ProgressCallback, StepProgress, TrainingProgress
from training.quickdraw.folder import QuickDrawFolder

if TYPE_CHECKING:
    import keras


def fit(
    run: TrainingRun,
    dataset: Dataset,
    shift: DomainShift,
    config: TrainingConfig,
    start: WarmStart | None,
    watch: ProgressCallback,
) -> keras.Model:
    """Train a network, from the run's checkpoint if there is one, and return it in float32.

    shift: of the user drawings. Raises LostLease.
    """
    folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
    steps = StepProgress(run, watch)
    steps.begin("drawing variations and scribbles", TrainingRun.Stage.TRAIN)
    schedule = build_schedule(dataset, config, folder, warm=start is not None, shift=shift, watch=steps.report)
    steps.begin("building the network")
    architecture = start.architecture if start else PRESETS[config.preset].architecture
    trainer = build_trainer(dataset.labels, architecture, schedule.hyperparameters, start)
    finished_epochs = _restore_checkpoint(run, trainer)
    batch_size = schedule.sampler.batch_size
    progress = TrainingProgress(run, schedule.hyperparameters.steps * batch_size, schedule.epochs, watch)
    progress.skip(trainer.step * batch_size)
    for epoch in range(finished_epochs, schedule.epochs):
        progress.epoch = epoch + 1
        training = trainer.train_epoch(schedule.sampler.epoch(epoch), progress.count)
        metrics = {"epoch": epoch + 1, "loss": training.loss, "accuracy": training.accuracy}
        metrics |= validation_metrics(trainer, dataset)
        _store_checkpoint(run, trainer, [*run.history[:epoch], metrics])
        progress.write()
    # The trainer may have computed in bfloat16; the export needs the same weights in a float32 network.
    network = build_network(architecture, len(dataset.labels))
    network.set_weights(_with_new_class_bias(trainer, dataset, start) if start else trainer.model.get_weights())
    return network


def choose_preset(config: TrainingConfig, start: WarmStart | None) -> Preset:
    """Return the preset of the network's architecture: a warm start keeps the champion's."""
    return start.preset if start else config.preset


def build_trainer(
    labels: Sequence[str], architecture: Architecture, hyperparameters: Hyperparameters, start: WarmStart | None
) -> Trainer:
    """Build a network, with the weights of the warm start if there is one, and its trainer."""
    import keras

    keras.utils.set_random_seed(hyperparameters.seed)
    model = build_network(architecture, len(labels), fastest_precision())
    if start:
        transfer_weights(model, labels, start.arrays, start.version.labels)
    return Trainer(model, hyperparameters)


def validation_metrics(trainer: Trainer, dataset: Dataset) -> dict[str, float]:
    """Return loss and accuracy on the validation split, base and user drawings together.

    The artifact's accuracy is half a point higher, because it averages over each drawing and its mirror image.
    """
    sides = dataset.base[Split.VALIDATION], dataset.collected[Split.VALIDATION]
    targets = np.concatenate([side.targets for side in sides])  # (n,)
    if not len(targets):
        return {}
    logits = np.concatenate([trainer.logits(side) for side in sides])  # (n, classes)
    return {
        "val_loss": negative_log_likelihood(logits, targets),
        "val_accuracy": float((logits.argmax(axis=1) == targets).mean()),
    }


def _with_new_class_bias(trainer: Trainer, dataset: Dataset, start: WarmStart) -> list[npt.NDArray[np.float32]]:
    """Return the network's weights with a higher bias for the classes that the champion does not know."""
    new = [target for target, label in enumerate(dataset.labels) if label not in start.version.labels]
    validation = dataset.base[Split.VALIDATION]
    *weights, bias = trainer.model.get_weights()  # the last layer's bias, (classes,), comes last
    new_drawings = int(np.isin(dataset.collected[Split.TRAIN].targets, new).sum())
    bias[new] += tune_logit_bias(trainer.logits(validation), validation.targets, new, new_drawings)
    return [*weights, bias]


def _restore_checkpoint(run: TrainingRun, trainer: Trainer) -> int:
    """Restore the run's checkpoint, if there is one, and return the number of finished epochs."""
    checkpoint = Checkpoint.objects.filter(run=run).first()
    if checkpoint is None:
        return 0
    state = from_npz(bytes(checkpoint.npz))
    # An older release, whose preset had another architecture, may have stored the checkpoint.
    if infer_architecture(ordered_weights(state)) != infer_architecture(trainer.model.get_weights()):
        return 0
    trainer.restore(state)
    return checkpoint.epoch


@retry_on_db_outage
def _store_checkpoint(run: TrainingRun, trainer: Trainer, history: list[dict[str, float]]) -> None:
    checkpoint = {"epoch": len(history), "npz": to_npz(trainer.state())}
    # The lock keeps a worker that lost the lease from overwriting the new worker's checkpoint.
    with run.lease_locked():
        Checkpoint.objects.update_or_create(run=run, defaults=checkpoint)
        run.write(history=history)

"""The stage "train": epoch by epoch, each one stored, so that any worker can go on with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from django.conf import settings

from recognition.imaging.splits import Split
from training.augmentation.domain_shift import DomainShift, ScoreFunction, estimate_domain_shift
from training.config import Preset, TrainingConfig
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings, Part
from training.db_retry import retry_on_db_outage
from training.evaluation.calibration import negative_log_likelihood
from training.models import Checkpoint, TrainingRun
from training.network.cnn import Architecture, architecture_of, build, fastest_precision
from training.network.new_class_bias import tune_logit_bias
from training.network.presets import PRESETS
from training.network.schedule import plan_course
from training.network.trainer import Recipe, Trainer
from training.network.warm_start import Start
from training.network.weights import arrays_in_order, from_npz, to_npz, warm_start
from training.progress import PreparationProgress, ProgressCallback, TrainingProgress
from training.quickdraw.folder import QuickDrawFolder

if TYPE_CHECKING:
    import keras


def learn(
    run: TrainingRun, dataset: Dataset, config: TrainingConfig, start: Start | None, watch: ProgressCallback
) -> keras.Model:
    """Train a network, from the run's checkpoint if it has one, and return it in float32. Raises LostLease."""
    style = style_of(dataset, start) if start else None
    run.write(manifest=run.manifest | {"style": str(style or "")})
    folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
    preparation = PreparationProgress(run, watch)
    course = plan_course(dataset, config, folder, warm=start is not None, style=style, watch=preparation.report)
    architecture = start.architecture if start else PRESETS[config.preset].architecture
    trainer = new_trainer(dataset.labels, architecture, course.recipe, start)
    done = _restore(run, trainer)
    meter = TrainingProgress(run, course.recipe.steps * course.sampler.batch_size, course.epochs, watch)
    meter.skip(trainer.step * course.sampler.batch_size)
    for epoch in range(done, course.epochs):
        meter.epoch = epoch + 1
        tally = trainer.run_epoch(course.sampler.epoch(epoch), meter.count)
        figures = {"epoch": epoch + 1, "loss": tally.loss, "accuracy": tally.accuracy} | validate(trainer, dataset)
        _store(run, trainer, [*run.history[:epoch], figures])
        meter.write()
    trained = build(architecture, len(dataset.labels))
    trained.set_weights(_welcoming(trainer, dataset, start) if start else trainer.model.get_weights())
    return trained


def style_of(dataset: Dataset, start: Start) -> DomainShift:
    """Ask the champion how the collected drawings differ from the base, as it was before it learns from them."""
    collected = dataset.collected[Split.TRAIN]
    known = np.isin(collected.targets, known_targets(dataset, start))
    return estimate_domain_shift(collected.select(known), dataset.base[Split.TRAIN], champion_of(dataset, start))


def champion_of(dataset: Dataset, start: Start) -> ScoreFunction:
    """Return what gives the champion's scores, those of classes that it does not know being of no meaning."""
    trainer = new_trainer(dataset.labels, start.architecture, Recipe(steps=1), start)
    return lambda pixels: trainer.logits(Drawings([Part(0, pixels, np.arange(len(pixels), dtype=np.int32))]))


def known_targets(dataset: Dataset, start: Start) -> list[int]:
    """Return the targets of the classes that the champion knows."""
    return [target for target, label in enumerate(dataset.labels) if label in start.version.labels]


def preset_of(config: TrainingConfig, start: Start | None) -> Preset:
    """Return what the network was first trained with: a warm start keeps the champion's."""
    return start.preset if start else config.preset


def new_trainer(labels: Sequence[str], architecture: Architecture, recipe: Recipe, start: Start | None) -> Trainer:
    """Build a network, with the weights it starts from, and what trains it."""
    import keras

    keras.utils.set_random_seed(recipe.seed)
    model = build(architecture, len(labels), fastest_precision())
    if start:
        warm_start(model, labels, start.arrays, start.version.labels)
    return Trainer(model, recipe)


def _welcoming(trainer: Trainer, dataset: Dataset, start: Start) -> list[npt.NDArray[np.float32]]:
    """Return the network's weights with the scores of classes raised that the champion did not know."""
    new = [target for target, label in enumerate(dataset.labels) if label not in start.version.labels]
    validation = dataset.base[Split.VALIDATION]
    *weights, bias = trainer.model.get_weights()
    drawings = int(np.isin(dataset.collected[Split.TRAIN].targets, new).sum())
    bias[new] += tune_logit_bias(trainer.logits(validation), validation.targets, new, drawings)
    return [*weights, bias]


def _restore(run: TrainingRun, trainer: Trainer) -> int:
    """Return how many epochs were done before."""
    checkpoint = Checkpoint.objects.filter(run=run).first()
    if checkpoint is None:
        return 0
    state = from_npz(bytes(checkpoint.npz))
    if architecture_of(arrays_in_order(state)) != architecture_of(trainer.model.get_weights()):
        return 0  # of an older release, whose preset had another network
    trainer.restore(state)
    return checkpoint.epoch


@retry_on_db_outage
def _store(run: TrainingRun, trainer: Trainer, history: list[dict[str, float]]) -> None:
    checkpoint = {"epoch": len(history), "npz": to_npz(trainer.state())}
    with run.lease_locked():
        Checkpoint.objects.update_or_create(run=run, defaults=checkpoint)
        run.write(history=history)


def validate(trainer: Trainer, dataset: Dataset) -> dict[str, float]:
    """Return the loss and the accuracy on the validation split, base and collected drawings together.

    Half a point less than the artifact will have, which sees each drawing's mirror image, too.
    """
    sides = dataset.base[Split.VALIDATION], dataset.collected[Split.VALIDATION]
    targets = np.concatenate([side.targets for side in sides])
    if not len(targets):
        return {}
    logits = np.concatenate([trainer.logits(side) for side in sides])
    return {
        "val_loss": negative_log_likelihood(logits, targets),
        "val_accuracy": float((logits.argmax(axis=1) == targets).mean()),
    }

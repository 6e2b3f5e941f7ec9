"""The training schedule: epochs, learning rate and the mixture of drawings, chosen before the first step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt

from recognition.imaging.splits import Split
from training.augmentation.domain_shift import DomainShift
from training.augmentation.outliers import outliers
from training.augmentation.sampling import Mixture, Pools, Sampler
from training.augmentation.stroke_augmentation import augmented_drawings
from training.config import TrainingConfig
from training.data.dataset import Dataset
from training.network.presets import PRESETS, PresetConfig
from training.network.trainer import Hyperparameters
from training.progress import no_progress
from training.quickdraw.folder import QuickDrawFolder

# Fine-tuning: a warm start from the champion. A fifth of each batch are user drawings; the rest replays the base, so
# that the network does not forget it.
FINE_TUNING_MIXTURE = Mixture(
    batch_size=256,
    collected_share=0.2,
    max_class_share=0.2,
    max_repeats=64.0,
    shifted_share=0.3,
    augmented_share=0.1,
    outlier_share=0.05,
)
FINE_TUNING_EPOCH_DRAWINGS = 100 * FINE_TUNING_MIXTURE.batch_size
FINE_TUNING_MAX_REPEATS = 50  # times that an epoch shows each drawing, in small data sets
# The network forgets at first and then recovers: a new class with 60 drawings cost the starter model 0.4 points of base
# accuracy after 5 epochs, and nothing after 16.
FINE_TUNING_MIN_EPOCHS = 16
# A quarter of the learning rate from scratch. It grows up to twofold with the number of user drawings, because the
# network forgets many drawings less easily.
FINE_TUNING_LEARNING_RATE = 2.5e-3
LEARNING_RATE_GROWS_FROM_DRAWINGS = 200
FINE_TUNING_AUGMENTED_DRAWINGS = 15_000
FINE_TUNING_OUTLIERS_PER_KIND = 4_000


@dataclass(frozen=True)
class ScheduleParameters:
    """The numbers behind a schedule, before any drawing is read."""

    epochs: int
    epoch_size: int  # drawings shown
    mixture: Mixture
    augmented: int  # stroke-augmented drawings
    outliers: int  # of each kind
    learning_rate: float  # at its peak


@dataclass(frozen=True)
class Schedule:
    epochs: int
    sampler: Sampler
    hyperparameters: Hyperparameters


def build_schedule(
    dataset: Dataset,
    config: TrainingConfig,
    folder: QuickDrawFolder,
    *,
    warm: bool,
    shift: DomainShift | None = None,
    watch: Callable[[float], None] = no_progress,
) -> Schedule:
    """Build the schedule from scratch or, if `warm`, the shorter one that fine-tunes the champion.

    folder: its strokes become stroke-augmented drawings and outliers.
    shift: the domain shift of the user drawings, if there is one.
    watch: called with the finished share of the stroke augmentation, which takes most of the time; may raise to stop.
    Raises CorruptFile.
    """
    base, collected = dataset.base[Split.TRAIN], dataset.collected[Split.TRAIN]
    if warm:
        parameters = _fine_tuning(len(base), len(collected))
    else:
        parameters = _from_scratch(len(base) + len(collected), PRESETS[config.preset])
    epochs = config.epochs or parameters.epochs
    # Short schedules show few augmented drawings and outliers; no more are made.
    shown = epochs * parameters.epoch_size
    augmented = min(parameters.augmented, ceil(parameters.mixture.augmented_share * shown))
    outliers_per_kind = min(parameters.outliers, ceil(parameters.mixture.outlier_share * shown))
    pools = Pools(
        base,
        collected,
        augmented_drawings(folder, dataset.labels, augmented, config.seed, watch),
        outliers(folder, dataset.labels, outliers_per_kind, config.seed),
    )
    sampler = Sampler(pools, parameters.mixture, parameters.epoch_size, config.seed, shift)
    hyperparameters = Hyperparameters(
        steps=epochs * sampler.steps,
        learning_rate=config.learning_rate or parameters.learning_rate,
        augmentation=config.augmentation,
        seed=config.seed,
    )
    return Schedule(epochs, sampler, hyperparameters)


def _from_scratch(drawings: int, preset: PresetConfig) -> ScheduleParameters:
    return ScheduleParameters(
        epochs=preset.epochs_for(drawings),
        epoch_size=drawings,
        mixture=preset.mixture,
        augmented=preset.augmented,
        outliers=preset.outliers,
        learning_rate=preset.learning_rate,
    )


def _fine_tuning(base: int, collected: int) -> ScheduleParameters:
    return ScheduleParameters(
        epochs=fine_tuning_epochs(collected),
        epoch_size=fine_tuning_epoch_size(base + collected),
        mixture=FINE_TUNING_MIXTURE,
        augmented=FINE_TUNING_AUGMENTED_DRAWINGS,
        outliers=FINE_TUNING_OUTLIERS_PER_KIND,
        learning_rate=fine_tuning_learning_rate(collected),
    )


def fine_tuning_epochs(collected: int) -> int:
    """Return the epochs for a number of user drawings: 28 for 800 drawings, 40 for 1,600."""
    # The square root gives many drawings more time, but less time each.
    return max(FINE_TUNING_MIN_EPOCHS, round(sqrt(collected)))


def fine_tuning_learning_rate(collected: int) -> float:
    """Return the peak learning rate for a number of user drawings, from 2.5e-3 to 5e-3."""
    # With 800 rotated drawings, 2.5e-3 reached 88 % accuracy on them and 5e-3 reached 90 %.
    return FINE_TUNING_LEARNING_RATE * min(2.0, max(1.0, sqrt(collected / LEARNING_RATE_GROWS_FROM_DRAWINGS)))


def fine_tuning_epoch_size(drawings: int) -> int:
    """Return how many drawings an epoch shows, for a data set with a number of different drawings."""
    return min(FINE_TUNING_EPOCH_DRAWINGS, FINE_TUNING_MAX_REPEATS * drawings)

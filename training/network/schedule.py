"""What is decided before the first step of training: the drawings' mixture, how long, how fast."""

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
from training.network.presets import PRESETS, Hyperparameters
from training.network.trainer import Recipe
from training.progress import no_progress
from training.quickdraw.folder import QuickDrawFolder

# Going on from a champion: a fifth of what is shown is what people drew, at a quarter of the learning rate. Sixteen
# epochs, because the network forgets at first and then comes back: a new class with 60 drawings cost the starter model
# 0.4 points on the base after five epochs, nothing after sixteen.
FINE_MIXTURE = Mixture(
    batch_size=256,
    collected_share=0.2,
    max_class_share=0.2,
    max_repeats=64.0,
    shifted_share=0.3,
    augmented_share=0.1,
    outlier_share=0.05,
)
FINE_EPOCH = 100 * FINE_MIXTURE.batch_size  # drawings shown
FINE_REPEATS = 50  # times that an epoch shows each drawing at most, where there are few
FINE_EPOCHS = 16  # at least
FINE_LEARNING_RATE = 2.5e-3  # for few collected drawings; up to twice that for many, which are forgotten less
MANY = 200  # collected drawings from which on the rate grows
FINE_VARIATIONS = 15_000
FINE_OUTLIERS = 4_000  # of each kind


@dataclass(frozen=True)
class Pace:
    """How a course goes, whatever it is about."""

    epochs: int
    epoch_size: int  # drawings shown
    mixture: Mixture
    variations: int  # drawings as other hands might have drawn them
    outliers: int  # of each kind
    learning_rate: float  # at its peak


@dataclass(frozen=True)
class Schedule:
    epochs: int
    sampler: Sampler
    recipe: Recipe


def plan_course(
    dataset: Dataset,
    config: TrainingConfig,
    folder: QuickDrawFolder,
    *,
    warm: bool,
    style: DomainShift | None = None,
    watch: Callable[[float], None] = no_progress,
) -> Schedule:
    """Plan training from scratch, or `warm`: a short one that goes on from a champion and replays the base.

    folder: of the base, whose strokes are drawn in other ways and made into outliers.
    style: of the collected drawings, where it is not the base's.
    watch: hears what share of the variations is drawn, which takes most of the time, and may raise to stop.
    Raises CorruptFile.
    """
    base, collected = dataset.base[Split.TRAIN], dataset.collected[Split.TRAIN]
    if warm:
        pace = _fine_tuning(len(base), len(collected))
    else:
        pace = _from_scratch(len(base) + len(collected), PRESETS[config.preset])
    epochs = config.epochs or pace.epochs
    shown = epochs * pace.epoch_size  # in all; nothing is drawn that will not be
    varied = min(pace.variations, ceil(pace.mixture.augmented_share * shown))
    unknown = min(pace.outliers, ceil(pace.mixture.outlier_share * shown))
    pools = Pools(
        base,
        collected,
        augmented_drawings(folder, dataset.labels, varied, config.seed, watch),
        outliers(folder, dataset.labels, unknown, config.seed),
    )
    sampler = Sampler(pools, pace.mixture, pace.epoch_size, config.seed, style)
    recipe = Recipe(
        steps=epochs * sampler.steps,
        learning_rate=config.learning_rate or pace.learning_rate,
        augmentation=config.augmentation,
        seed=config.seed,
    )
    return Schedule(epochs, sampler, recipe)


def _from_scratch(drawings: int, plan: Hyperparameters) -> Pace:
    return Pace(plan.epochs_for(drawings), drawings, plan.mixture, plan.variations, plan.outliers, plan.learning_rate)


def _fine_tuning(base: int, collected: int) -> Pace:
    return Pace(
        epochs=fine_epochs(collected),
        epoch_size=fine_epoch(base + collected),
        mixture=FINE_MIXTURE,
        variations=FINE_VARIATIONS,
        outliers=FINE_OUTLIERS,
        learning_rate=fine_learning_rate(collected),
    )


def fine_epochs(collected: int) -> int:
    """Give many drawings more time, but less each: 28 epochs to 800, 40 to 1,600."""
    return max(FINE_EPOCHS, round(sqrt(collected)))


def fine_learning_rate(collected: int) -> float:
    """Take larger steps towards many drawings: with 800 turned ones, 2.5e-3 left 88 % recognized, 5e-3 90 %."""
    return FINE_LEARNING_RATE * min(2.0, max(1.0, sqrt(collected / MANY)))


def fine_epoch(drawings: int) -> int:
    """Return how many drawings an epoch shows when there are so many different ones."""
    return min(FINE_EPOCH, FINE_REPEATS * drawings)

"""What is decided before the first step of training: the drawings' mixture, how long, how fast."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from recognition.split import Split
from training.config import TrainingConfig
from training.dataset import Dataset
from training.presets import PLANS
from training.sampling import Mixture, Sampler
from training.scribbles import scribbles
from training.style import Style
from training.trainer import Recipe

SCRIBBLES = 4_000  # different ones; each is shown about once an epoch of 130,000 drawings

# Going on from a champion: a fifth of what is shown is what people drew, at a third of the learning rate; measured by
# bench/flywheel.py. Twice the share, or half the steps, taught no more and cost the base twice as much.
FINE_MIXTURE = Mixture(batch=256, collected=0.2, most_repeats=100.0)
FINE_EPOCH = 100 * FINE_MIXTURE.batch  # drawings
FINE_EPOCHS = 4  # at least
FINE_LEARNING_RATE = 3e-3


@dataclass(frozen=True)
class Course:
    epochs: int
    sampler: Sampler
    recipe: Recipe


def plan_course(dataset: Dataset, config: TrainingConfig, *, warm: bool, style: Style | None = None) -> Course:
    """Plan training from scratch, or `warm`: a short one that goes on from a champion and replays the base.

    style: of the collected drawings, where it is not the base's.
    """
    base, collected = dataset.base[Split.TRAIN], dataset.collected[Split.TRAIN]
    epochs, size, mixture, rate = (
        _fine_tuning(len(collected)) if warm else _from_scratch(len(base) + len(collected), config)
    )
    epochs = config.epochs or epochs
    sampler = Sampler(base, collected, scribbles(SCRIBBLES, config.seed), mixture, size, config.seed, style)
    recipe = Recipe(
        steps=epochs * sampler.steps,
        learning_rate=config.learning_rate or rate,
        augmentation=config.augmentation,
        seed=config.seed,
    )
    return Course(epochs, sampler, recipe)


def _from_scratch(drawings: int, config: TrainingConfig) -> tuple[int, int, Mixture, float]:
    plan = PLANS[config.preset]
    return plan.epochs, drawings, Mixture(), plan.learning_rate


def _fine_tuning(collected: int) -> tuple[int, int, Mixture, float]:
    return fine_epochs(collected), FINE_EPOCH, FINE_MIXTURE, FINE_LEARNING_RATE


def fine_epochs(collected: int) -> int:
    """Give more drawings more time, but less each: 9 epochs to 160 drawings, 20 to 800."""
    return max(FINE_EPOCHS, round(0.7 * sqrt(collected)))

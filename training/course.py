"""What is decided before the first step of training: the drawings' mixture, how long, how fast."""

from __future__ import annotations

from dataclasses import dataclass

from recognition.split import Split
from training.config import TrainingConfig
from training.dataset import Dataset
from training.presets import PLANS
from training.sampling import Mixture, Sampler
from training.scribbles import scribbles
from training.trainer import Recipe

SCRIBBLES = 4_000  # different ones; each is shown about once an epoch of 130,000 drawings

# Going on from a champion: 300 steps of 128, half of it what people drew, at a third of the learning rate, taught a new
# class from 200 drawings to 98.6 % recall while the base lost 0.8 points; training afresh took ten times as long.
FINE_MIXTURE = Mixture(batch=128, collected=0.5, most_repeats=100.0)
FINE_EPOCH = 100 * FINE_MIXTURE.batch  # drawings
FINE_EPOCHS = 3
FINE_LEARNING_RATE = 3e-3
FINE_SHOWS = 5  # times that each collected drawing is shown at least


@dataclass(frozen=True)
class Course:
    epochs: int
    sampler: Sampler
    recipe: Recipe


def plan_course(dataset: Dataset, config: TrainingConfig, *, warm: bool) -> Course:
    """Plan training from scratch, or `warm`: a short one that goes on from a champion and replays the base."""
    base, collected = dataset.base[Split.TRAIN], dataset.collected[Split.TRAIN]
    epochs, size, mixture, rate = (
        _fine_tuning(len(collected)) if warm else _from_scratch(len(base) + len(collected), config)
    )
    epochs = config.epochs or epochs
    sampler = Sampler(base, collected, scribbles(SCRIBBLES, config.seed), mixture, size, config.seed)
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
    wanted = FINE_SHOWS * collected / (FINE_EPOCH * FINE_MIXTURE.collected)
    return max(FINE_EPOCHS, round(wanted)), FINE_EPOCH, FINE_MIXTURE, FINE_LEARNING_RATE

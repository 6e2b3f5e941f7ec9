"""Every number behind one training, in one frozen dataclass that each run stores whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import sqrt
from typing import Any

from training.config import Preset, TrainingConfig

MAX_EPOCHS = 100


@dataclass(frozen=True)
class Hyperparameters:
    """The defaults are those of the preset STANDARD. docs/benchmarks.md tells which trials they come from."""

    # The network (training.network.cnn): channels and residual blocks of each level. Channels must differ from level
    # to level. "mixed_bfloat16" and "mixed_float16" compute in 16 bits with float32 weights.
    channels: tuple[int, ...] = (16, 32, 64, 128)
    blocks: tuple[int, ...] = (0, 0, 1, 1)
    precision: str = "float32"

    # The drawings to choose batches from.
    rows_per_class: int = 5_000  # base drawings, at most
    augmented: int = 30_000  # stroke-augmented base drawings, at most
    variations: int = 6  # of one drawing among them, at most
    outliers: int = 8_000  # of each kind, at most; if there are few, they repeat and the network memorizes them

    # How long. Few drawings repeat more often, as augmentation allows.
    epochs: int = 25  # at least, until `choose_hyperparameters` has seen the number of drawings
    min_drawings_shown: int = 800_000  # in all epochs together
    steps_per_epoch: int = 0  # set by `choose_hyperparameters`

    # What a batch consists of.
    batch_size: int = 256
    # A class with n drawings is shown n^balance times as often as a class with one: 1 is proportional, 0 is uniform.
    # In a trial on all 345 classes, 0.5 instead of 1 gained 8 points of macro recall and cost 4 points of top-1.
    balance: float = 0.7
    collected_share: float = 0.2  # of the batch: user drawings
    max_class_share: float = 0.2  # of the batch: user drawings of one class
    max_repeats: float = 8.0  # times that an epoch shows one user drawing
    shifted_share: float = 0.2  # of the base drawings: shown with the domain shift, if there is one
    augmented_share: float = 0.2  # of the batch: stroke-augmented base drawings
    outlier_share: float = 0.12  # of the batch

    # AdamW with a one-cycle learning rate (Smith and Topin 2018, Super-Convergence).
    learning_rate: float = 1e-2  # at its peak
    weight_decay: float = 5e-3  # not on biases and normalization
    warmup_share: float = 0.2  # of the steps: the learning rate rises

    # The loss.
    label_smoothing: float = 0.05
    augmentation: float = 1.0  # strength of the random affine maps; 0 is off
    unaugmented_share: float = 0.05  # of the steps, the last ones: without augmentation
    teacher_share: float = 0.0  # of a base drawing's target: the teacher's answer to the same distorted picture
    # Weight of the squared difference from the teacher's logits. Probabilities say next to nothing of most classes,
    # logits something of each (Kim et al. 2021, Comparing Kullback-Leibler divergence and mean squared error loss).
    logit_matching: float = 0.0
    teacher_has_to_be_right: bool = True  # about a drawing, or it teaches nothing about it

    # After the last step.
    interpolation: float = 1.0  # the share of the new weights; the rest are those that training started from
    prior_strength: float = 0.0  # this times ln(base drawings of a class) is added to its logit

    seed: int = 0

    @property
    def steps(self) -> int:
        """Return the number of batches in all epochs together."""
        return self.epochs * self.steps_per_epoch

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Hyperparameters:
        """Restore what `to_dict` returned. Another release's fields are ignored; those that it lacked are defaults."""
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
            if name in cls.names()
        }
        return cls(**known)

    @classmethod
    def names(cls) -> set[str]:
        return {field.name for field in fields(cls)}

    def with_options(self, config: TrainingConfig) -> Hyperparameters:
        """Return them with the options that a config sets."""
        return replace(
            self,
            epochs=config.epochs or self.epochs,
            learning_rate=config.learning_rate or self.learning_rate,
            augmentation=config.augmentation,
            seed=config.seed,
        )


# QUICK is for trying things out, STANDARD for retraining on a site, BEST for the starter model.
PRESETS = {
    Preset.QUICK: Hyperparameters(
        blocks=(0, 0, 0, 0),
        rows_per_class=3_000,
        augmented=3_000,
        outliers=2_000,
        epochs=8,
        min_drawings_shown=0,
        # Few epochs have to go to the drawings themselves.
        augmented_share=0.1,
        outlier_share=0.04,
    ),
    Preset.STANDARD: Hyperparameters(),
    Preset.BEST: Hyperparameters(
        channels=(16, 32, 72, 160),
        rows_per_class=20_000,
        augmented=120_000,
        outliers=20_000,
        epochs=24,
        min_drawings_shown=1_500_000,
    ),
}

# Taught by DoodleNet (training.network.teacher), a wider network learns Quick, Draw!'s 345 words.
# training/starter/model_card.py tells from which trainings these settings come.
TAUGHT = {
    "channels": (16, 32, 88, 192),
    "blocks": (0, 1, 1, 1),
    "augmented": 620_000,
    "variations": 50,
    "min_drawings_shown": 23_000_000,
    "batch_size": 512,
    "balance": 0.5,
    "augmented_share": 0.4,
    "learning_rate": 3e-3,
    "warmup_share": 0.05,
    "unaugmented_share": 0.2,
    "teacher_share": 0.95,
    "logit_matching": 1.0,
    "teacher_has_to_be_right": False,
    "prior_strength": 0.2,
}

# A lesson: a warm start from the champion. The anchor teaches what it knows. Some drawings of each batch are by users;
# the rest replays the base, so that the network does not forget it (Li and Hoiem 2016, Learning without Forgetting).
# Interpolating between old and new weights gives back most of what is lost nevertheless (Wortsman et al. 2021).
LESSON = Hyperparameters(
    augmented=4_000,
    outliers=2_000,
    max_class_share=0.1,
    max_repeats=64.0,
    shifted_share=0.3,
    augmented_share=0.15,
    outlier_share=0.05,
    learning_rate=1.5e-3,
    teacher_share=0.7,
    interpolation=0.5,
)
LESSON_STEPS_PER_EPOCH = 50
LESSON_MAX_REPEATS = 50  # times that an epoch shows each drawing, in small data sets
LESSON_EPOCHS = 5  # for up to LESSON_DRAWINGS user drawings; more with their square root
LESSON_DRAWINGS = 100
# A style is another way to draw every class. That takes longer, a higher learning rate, and more of the new weights:
# halfway back, a lesson in turned drawings loses most of what it taught.
BOLD = {"epochs": 10, "learning_rate": 2.5e-3, "interpolation": 0.6, "augmented_share": 0.25}
TURNED = {"epochs": 25, "learning_rate": 5e-3, "interpolation": 1.0, "shifted_share": 0.4}


def choose_hyperparameters(
    config: TrainingConfig, base: int, collected: int, *, warm: bool, turned: bool = False, bold: bool = False
) -> Hyperparameters:
    """Return the hyperparameters for a number of base and user drawings to train on.

    turned, bold: whether the user drawings are, compared with the base.
    """
    preset = choose_preset(config.preset, doodlenet=config.doodlenet)
    chosen = _lesson(base, collected) if warm else _from_scratch(preset, base + collected)
    if warm and (turned or bold):
        chosen = replace(chosen, **(TURNED if turned else BOLD))  # type: ignore[arg-type]
    return chosen.with_options(config)


def choose_preset(preset: Preset, *, doodlenet: bool) -> Hyperparameters:
    """Return the hyperparameters of a training from scratch, before the number of drawings is known."""
    return replace(PRESETS[preset], **(TAUGHT if doodlenet else {}))  # type: ignore[arg-type]


def _from_scratch(preset: Hyperparameters, drawings: int) -> Hyperparameters:
    epochs = max(preset.epochs, min(MAX_EPOCHS, preset.min_drawings_shown // max(1, drawings)))
    return replace(preset, epochs=epochs, steps_per_epoch=max(1, drawings // preset.batch_size))


def _lesson(base: int, collected: int) -> Hyperparameters:
    # The square root gives many drawings more time, but less time each.
    growth = sqrt(max(1.0, collected / LESSON_DRAWINGS))
    steps = min(LESSON_STEPS_PER_EPOCH, LESSON_MAX_REPEATS * (base + collected) // LESSON.batch_size)
    return replace(LESSON, epochs=round(LESSON_EPOCHS * growth), steps_per_epoch=max(1, steps))

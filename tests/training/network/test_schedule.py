from __future__ import annotations

from pathlib import Path

import pytest

from recognition.imaging.splits import Split
from tests.training.doodles import KINDS
from training.config import Preset, TrainingConfig
from training.data.dataset import Dataset, build_dataset
from training.network.presets import PRESETS
from training.network.schedule import (
    FINE_TUNING_LEARNING_RATE,
    FINE_TUNING_MAX_REPEATS,
    FINE_TUNING_MIN_EPOCHS,
    build_schedule,
    fine_tuning_epochs,
)
from training.quickdraw.folder import QuickDrawFolder

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(base: Path) -> QuickDrawFolder:
    return QuickDrawFolder(base)


@pytest.fixture
def dataset(folder: QuickDrawFolder) -> Dataset:
    return build_dataset(KINDS, folder, rows_per_class=1_000)


def test_from_scratch_the_preset_decides(dataset: Dataset, folder: QuickDrawFolder) -> None:
    schedule = build_schedule(dataset, TrainingConfig(preset=Preset.QUICK), folder, warm=False)
    assert schedule.epochs == PRESETS[Preset.QUICK].min_epochs
    assert schedule.hyperparameters.learning_rate == PRESETS[Preset.QUICK].learning_rate
    assert schedule.hyperparameters.steps == schedule.epochs * schedule.sampler.steps


def test_a_warm_start_is_short_and_gentle(dataset: Dataset, folder: QuickDrawFolder) -> None:
    schedule = build_schedule(dataset, TrainingConfig(preset=Preset.BEST), folder, warm=True)
    assert schedule.epochs < PRESETS[Preset.BEST].min_epochs
    assert schedule.hyperparameters.learning_rate == FINE_TUNING_LEARNING_RATE < PRESETS[Preset.BEST].learning_rate


def test_the_config_overrules_the_plan(dataset: Dataset, folder: QuickDrawFolder) -> None:
    config = TrainingConfig(epochs=7, learning_rate=0.5, augmentation=0.0, seed=3)
    schedule = build_schedule(dataset, config, folder, warm=True)
    hyperparameters = schedule.hyperparameters
    assert (schedule.epochs, hyperparameters.learning_rate, hyperparameters.augmentation, hyperparameters.seed) == (
        7,
        0.5,
        0.0,
        3,
    )


def test_many_collected_drawings_take_longer() -> None:
    assert fine_tuning_epochs(10_000) > fine_tuning_epochs(1_000) > fine_tuning_epochs(10) == FINE_TUNING_MIN_EPOCHS


def test_few_drawings_are_not_shown_over_and_over_in_every_epoch(dataset: Dataset, folder: QuickDrawFolder) -> None:
    drawings = len(dataset.base[Split.TRAIN])
    schedule = build_schedule(dataset, TrainingConfig(), folder, warm=True)
    assert schedule.sampler.steps * schedule.sampler.batch_size <= FINE_TUNING_MAX_REPEATS * drawings

from __future__ import annotations

import json

import pytest

from training.config import Preset, TrainingConfig
from training.hyperparameters import (
    LESSON,
    LESSON_MAX_REPEATS,
    MAX_EPOCHS,
    PRESETS,
    Hyperparameters,
    choose_hyperparameters,
)

BEST = PRESETS[Preset.BEST]
QUICK = TrainingConfig(preset=Preset.QUICK)


def epochs_of_best(drawings: int) -> int:
    return choose_hyperparameters(TrainingConfig(preset=Preset.BEST), drawings, 0, warm=False).epochs


def test_many_drawings_are_gone_through_as_often_as_the_preset_says() -> None:
    assert epochs_of_best(10_000_000) == BEST.epochs


def test_few_drawings_are_gone_through_more_often() -> None:
    assert epochs_of_best(30_000) * 30_000 == pytest.approx(BEST.min_drawings_shown, rel=0.05)


def test_but_not_without_end() -> None:
    assert epochs_of_best(100) == epochs_of_best(0) == MAX_EPOCHS


def test_the_quick_preset_stays_quick() -> None:
    assert choose_hyperparameters(QUICK, 100, 0, warm=False).epochs == PRESETS[Preset.QUICK].epochs


def test_an_epoch_from_scratch_shows_as_many_drawings_as_there_are() -> None:
    chosen = choose_hyperparameters(QUICK, 2_000, 560, warm=False)
    assert chosen.steps_per_epoch * chosen.batch_size == 2_560


def test_a_lesson_is_short_and_gentle() -> None:
    lesson = choose_hyperparameters(TrainingConfig(), 100_000, 50, warm=True)
    scratch = choose_hyperparameters(TrainingConfig(), 100_000, 50, warm=False)
    assert lesson.steps < scratch.steps / 10
    assert lesson.learning_rate < scratch.learning_rate
    assert lesson.teacher_share == LESSON.teacher_share > scratch.teacher_share


def test_many_collected_drawings_take_longer() -> None:
    few, more, many = (
        choose_hyperparameters(TrainingConfig(), 100_000, n, warm=True).steps for n in (10, 1_000, 9_000)
    )
    assert few < more < many


def test_another_style_takes_longer_than_another_word() -> None:
    word, bold, turned = (
        choose_hyperparameters(TrainingConfig(), 100_000, 200, warm=True, **style)
        for style in ({}, {"bold": True}, {"bold": True, "turned": True})
    )
    assert word.epochs < bold.epochs < turned.epochs
    assert word.interpolation < bold.interpolation < turned.interpolation


def test_few_drawings_are_not_shown_over_and_over_in_every_epoch_of_a_lesson() -> None:
    lesson = choose_hyperparameters(TrainingConfig(), 20, 20, warm=True)
    assert lesson.steps_per_epoch * lesson.batch_size <= LESSON_MAX_REPEATS * 40


def test_the_config_overrules_what_would_be_chosen() -> None:
    config = TrainingConfig(epochs=7, learning_rate=0.5, augmentation=0.0, seed=3)
    chosen = choose_hyperparameters(config, 1_000, 10, warm=True)
    assert (chosen.epochs, chosen.learning_rate, chosen.augmentation, chosen.seed) == (7, 0.5, 0.0, 3)


def test_they_can_be_stored_as_json_and_compared_with_what_was_stored() -> None:
    stored = BEST.to_dict()
    assert json.loads(json.dumps(stored)) == stored


def test_what_was_stored_is_restored() -> None:
    assert Hyperparameters.from_dict(json.loads(json.dumps(BEST.to_dict()))) == BEST


def test_what_another_release_stored_is_restored_as_far_as_this_one_knows_it() -> None:
    stored = {"epochs": 3, "momentum": 0.9, "versions": {"keras": "3"}}
    assert Hyperparameters.from_dict(stored) == Hyperparameters(epochs=3)

from __future__ import annotations

import pytest

from training.config import Preset
from training.network.presets import MAX_EPOCHS, PRESETS

BEST = PRESETS[Preset.BEST]


def test_many_drawings_are_gone_through_as_often_as_the_preset_says() -> None:
    assert BEST.epochs_for(10_000_000) == BEST.min_epochs


def test_few_drawings_are_gone_through_more_often() -> None:
    assert BEST.epochs_for(30_000) * 30_000 == pytest.approx(BEST.min_drawings_shown, rel=0.05)


def test_but_not_without_end() -> None:
    assert BEST.epochs_for(100) == BEST.epochs_for(0) == MAX_EPOCHS


def test_the_quick_preset_stays_quick() -> None:
    assert PRESETS[Preset.QUICK].epochs_for(100) == PRESETS[Preset.QUICK].min_epochs

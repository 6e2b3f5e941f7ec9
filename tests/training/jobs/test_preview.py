from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from recognition.models import Contributor, DoodleClass, Drawing
from tests.factories import make_version
from training.config import Preset, TrainingConfig
from training.hyperparameters import LESSON_EPOCHS, MAX_EPOCHS, PRESETS
from training.jobs.preview import ClassPreview, preview_run
from training.models import Weights
from training.models.npz import to_npz

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def base(settings: Settings, tmp_path: Path) -> None:
    """100 cats and 10,000 dogs, but no robots."""
    settings.QUICKDRAW_DIR = tmp_path
    folder = tmp_path / "full" / "numpy_bitmap"
    folder.mkdir(parents=True)
    np.save(folder / "cat.npy", np.zeros((100, 784), np.uint8))
    np.save(folder / "dog.npy", np.zeros((10_000, 784), np.uint8))
    DoodleClass.objects.ensure(["cat", "dog"])
    DoodleClass.objects.create(name="robot", origin="own")


def draw(name: str, count: int, split: str = "train", status: str = "accepted") -> None:
    contributor = Contributor.objects.create()
    label = DoodleClass.objects.get(name=name)
    for _ in range(count):
        Drawing.objects.create(contributor=contributor, bitmap=bytes(784), label=label, status=status, split=split)


def test_base_drawings_to_train_on_are_counted_up_to_what_is_asked() -> None:
    counted = preview_run(TrainingConfig(rows_per_class=1_000)).included
    assert counted == [ClassPreview("cat", 80, 0, 0), ClassPreview("dog", 1_000, 0, 0)]


def test_what_is_not_asked_comes_from_the_preset() -> None:
    plan = PRESETS[Preset.QUICK]
    counted = preview_run(TrainingConfig(preset=Preset.QUICK))
    assert counted.included[1].base == min(plan.rows_per_class, 8_000)


def test_accepted_drawings_are_counted_by_their_side() -> None:
    draw("cat", 3)
    draw("cat", 2, split="test")
    draw("cat", 1, split="validation")
    draw("cat", 9, status="proposed")
    assert preview_run(TrainingConfig()).included[0] == ClassPreview("cat", 80, 3, 3)


def test_a_new_class_waits_until_enough_drawings_are_accepted(settings: Settings) -> None:
    settings.TRAINING_CLASS_NEEDS = 5
    draw("robot", 4)
    assert preview_run(TrainingConfig()).left_out == [ClassPreview("robot", 0, 4, 0)]
    draw("robot", 1)
    assert preview_run(TrainingConfig()).included[2] == ClassPreview("robot", 0, 5, 0)


def test_only_the_classes_asked_for_are_counted() -> None:
    assert [one.name for one in preview_run(TrainingConfig(classes=("dog", "robot"))).classes] == ["dog", "robot"]


def test_what_goes_on_from_the_champion_takes_as_long_as_there_are_collected_drawings_to_learn() -> None:
    champion = make_version()
    champion.promote(by=None, reason="")
    draw("cat", 100)
    afresh = preview_run(TrainingConfig()).epochs
    Weights.objects.create(version=champion, preset="standard", npz=to_npz({"weight0": np.zeros(3)}))

    assert afresh == MAX_EPOCHS  # as there are so few
    assert preview_run(TrainingConfig()).epochs == LESSON_EPOCHS
    assert preview_run(TrainingConfig(warm_start=False)).epochs == afresh
    assert preview_run(TrainingConfig(epochs=5)).epochs == 5

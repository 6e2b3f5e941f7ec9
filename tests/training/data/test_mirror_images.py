from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition.models import DoodleClass
from tests.training.doodles import doodles, save_base
from training.data.dataset import Dataset, build_dataset
from training.data.mirror_images import find_mirror_images
from training.quickdraw.folder import QuickDrawFolder

pytestmark = pytest.mark.django_db

NAMES = ["cross", "ring", "seven", "mirrored seven"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_base(tmp_path, {"cross": 60, "ring": 60})
    save(tmp_path, "seven", half_zigzags(1))
    save(tmp_path, "mirrored seven", half_zigzags(2)[:, :, ::-1])
    return tmp_path


def half_zigzags(seed: int) -> np.ndarray:
    """Return drawings that their mirror images do not resemble: uint8 (60, 28, 28)."""
    pictures = doodles("zigzag", 60, seed).reshape(-1, 28, 28).copy()
    pictures[:, :, 10:] = 0
    return pictures


def save(folder: Path, name: str, pictures: np.ndarray) -> None:
    np.save(folder / f"full/numpy_bitmap/{name}.npy", pictures.reshape(-1, 784))


def dataset(folder: Path) -> Dataset:
    return build_dataset(NAMES, QuickDrawFolder(folder), rows_per_class=100)


def test_a_class_that_looks_like_another_one_mirrored_is_found(folder: Path) -> None:
    DoodleClass.objects.ensure(NAMES)
    assert find_mirror_images(dataset(folder), ["seven", "ring"]) == {"seven": "mirrored seven"}


def test_a_class_whose_direction_matters_needs_no_warning(folder: Path) -> None:
    DoodleClass.objects.ensure(NAMES)
    DoodleClass.objects.filter(name="seven").update(direction_matters=True)
    assert find_mirror_images(dataset(folder), ["seven"]) == {}


def test_a_class_that_looks_the_same_unmirrored_is_not_a_mirror_image(folder: Path) -> None:
    DoodleClass.objects.ensure(NAMES)
    save(folder, "mirrored seven", half_zigzags(2))
    assert find_mirror_images(dataset(folder), NAMES) == {}


def test_too_few_drawings_tell_nothing(folder: Path) -> None:
    DoodleClass.objects.ensure(NAMES)
    save(folder, "mirrored seven", half_zigzags(2)[:6, :, ::-1])
    assert find_mirror_images(dataset(folder), ["seven"]) == {}

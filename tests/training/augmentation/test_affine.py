from __future__ import annotations

import numpy as np
import pytest

from tests.training.doodles import doodles
from training.augmentation.affine import distort, mirror, turn
from training.augmentation.domain_shift import turned

pytestmark = pytest.mark.tensorflow


def images() -> np.ndarray:
    return doodles("cross", 8).reshape(-1, 28, 28, 1).astype(np.float32) / 255


def test_every_drawing_comes_out_a_little_different() -> None:
    distorted = distort(images(), np.array([0, 1]), 1.0).numpy()
    changes = np.abs(distorted - images()).mean(axis=(1, 2, 3))
    assert changes.min() > 0.005
    assert distorted.sum() == pytest.approx(images().sum(), rel=0.2)


def test_about_half_of_the_drawings_that_may_be_are_mirrored() -> None:
    left_half = np.zeros((400, 28, 28, 1), np.float32)
    left_half[:, :, :14] = 1
    allowed = np.arange(400) < 300
    mirrored = mirror(left_half, np.array([0, 1]), allowed).numpy()
    on_the_right = mirrored[:, :, 14:].sum(axis=(1, 2, 3)) > 0
    assert on_the_right[allowed].mean() == pytest.approx(0.5, abs=0.1)
    assert not on_the_right[~allowed].any()


def test_each_drawing_is_turned_by_its_own_quarters() -> None:
    pixels = doodles("zigzag", 4)
    shown = turn(pixels.reshape(-1, 28, 28, 1), np.arange(4)).numpy().reshape(4, 784)
    for quarters in range(4):
        assert (shown[quarters] == turned(pixels, quarters)[quarters]).all()


def test_a_seed_always_distorts_alike() -> None:
    np.testing.assert_array_equal(distort(images(), np.array([0, 1]), 1.0), distort(images(), np.array([0, 1]), 1.0))
    assert (distort(images(), np.array([0, 1]), 1.0).numpy() != distort(images(), np.array([0, 2]), 1.0).numpy()).any()


def test_no_strength_changes_nothing() -> None:
    np.testing.assert_allclose(distort(images(), np.array([0, 1]), 0.0), images(), atol=1e-5)

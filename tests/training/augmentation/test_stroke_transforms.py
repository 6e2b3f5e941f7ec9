from __future__ import annotations

import math

import numpy as np
import pytest

from recognition.imaging.strokes import Strokes
from training.augmentation.stroke_transforms import affine_strokes, framed, jittered, truncated, with_stray_dot

SQUARE: Strokes = [[[0, 100, 100], [0, 0, 100]], [[100, 0, 0], [100, 100, 0]]]  # 400 of ink in two strokes


def ink(strokes: Strokes) -> float:
    return sum(
        math.dist(*ends)
        for xs, ys in strokes
        for ends in zip(zip(xs, ys, strict=True), zip(xs[1:], ys[1:], strict=True), strict=False)
    )


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.7, 1.0])
def test_an_unfinished_drawing_has_its_share_of_the_ink(share: float) -> None:
    assert ink(truncated(SQUARE, share)) == pytest.approx(400 * share)


def test_an_unfinished_drawing_starts_as_the_whole_one() -> None:
    assert truncated(SQUARE, 0.375) == [[[0, 100, 100], [0, 0, 50]]]


def test_of_no_ink_a_point_remains() -> None:
    assert truncated(SQUARE, 0.0) == [[[0, 0], [0, 0]]]
    assert truncated([[[5], [5]]], 0.5) == [[[5], [5]]]


def test_a_tremor_moves_lines_by_about_as_much_as_it_says() -> None:
    line: Strokes = [[[0, 1000], [0, 0]]]
    (_, ys), *_ = jittered(line, 0.01, np.random.default_rng(0))
    assert np.std(ys) == pytest.approx(10, rel=0.4)


def test_a_dot_cannot_shake() -> None:
    assert jittered([[[5], [7]]], 0.1, np.random.default_rng(0)) == [[[5], [7]]]


def test_a_drawing_is_turned_clockwise_as_y_points_down() -> None:
    right: Strokes = [[[0, 100], [0, 0]]]
    assert np.allclose(affine_strokes(right, turn=math.pi / 2), [[[0, 0], [0, 100]]])


def test_a_drawing_is_stretched_and_mirrored() -> None:
    assert affine_strokes([[[0, 100], [0, 50]]], stretch=2.0, mirrored=True) == [[[0, -200], [0, 50]]]


def test_a_stray_dot_lies_in_the_drawing_or_near_it() -> None:
    random = np.random.default_rng(0)
    dots = np.array([with_stray_dot(SQUARE, random)[-1] for _ in range(200)])
    assert dots.min() >= -35
    assert dots.max() <= 135
    assert (dots < 0).any()


def test_a_frame_goes_around_everything() -> None:
    assert framed(SQUARE, 0.1)[-1] == [[-10, 110, 110, -10, -10], [-10, -10, 110, 110, -10]]

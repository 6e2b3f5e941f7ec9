from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from recognition.imaging.skeleton import Mask, distance_transform, thin

MASKS = arrays.arrays(np.bool_, st.tuples(st.integers(1, 16), st.integers(1, 16)))


def mask(text: str) -> Mask:
    return np.array([[letter == "#" for letter in line] for line in text.split()])


def pieces(ink: Mask) -> int:
    """Count the parts of a mask that do not touch, not even at a corner."""
    return parts(ink, [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)])


def loops(ink: Mask) -> int:
    """Count the blank areas that ink encloses; corners that touch let nothing through."""
    return parts(np.pad(~ink, 1, constant_values=True), [(-1, 0), (1, 0), (0, -1), (0, 1)]) - 1


def parts(mask: Mask, steps: list[tuple[int, int]]) -> int:
    left, count = {(int(row), int(column)) for row, column in np.argwhere(mask)}, 0
    while left:
        count += 1
        reached = [left.pop()]
        while reached:
            row, column = reached.pop()
            near = {(row + down, column + right) for down, right in steps} & left
            left -= near
            reached += near
    return count


def test_a_bar_becomes_its_middle_line() -> None:
    bar = np.zeros((9, 30), np.bool_)
    bar[2:7, 2:28] = True
    line = thin(bar)
    assert set(np.flatnonzero(line.any(axis=1))) == {4}
    assert line.sum() == pytest.approx(22, abs=1)  # the ends lie half the bar's width inside


def test_a_ring_stays_closed() -> None:
    rows, columns = np.mgrid[-12:13, -12:13]
    line = thin(np.abs(np.hypot(rows, columns) - 8) < 3)
    assert np.hypot(*(np.argwhere(line).T - 12)) == pytest.approx(8, abs=1.1)
    assert (pieces(line), loops(line)) == (1, 1)


def test_a_line_of_one_pixel_is_thin_already() -> None:
    line = mask("#.... .#... ..### ..... .....")
    assert np.array_equal(thin(line), line)


@pytest.mark.parametrize("side", [1, 2, 3, 4])
def test_a_dot_leaves_one_pixel(side: int) -> None:
    assert thin(np.ones((side, side), np.bool_)).sum() == 1


@given(MASKS)
def test_the_middle_line_lies_in_the_ink_and_hangs_together_as_it_does(ink: Mask) -> None:
    line = thin(ink)
    assert not (line & ~ink).any()
    assert (pieces(line), loops(line)) == (pieces(ink), loops(ink))


def test_depth_counts_from_the_edge() -> None:
    assert distance_transform(mask("..... .###. .###. .###.")).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 1, 2, 1, 0],
        [0, 1, 1, 1, 0],
    ]


def test_the_middle_of_a_disc_is_as_deep_as_its_radius() -> None:
    rows, columns = np.mgrid[-50:51, -50:51]
    disc = np.hypot(rows, columns) <= 40
    assert distance_transform(disc).max() == pytest.approx(40, abs=4)


@given(MASKS)
def test_whatever_is_ink_has_a_depth(ink: Mask) -> None:
    assert np.array_equal(distance_transform(ink) > 0, ink)

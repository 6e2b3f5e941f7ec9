from __future__ import annotations

import numpy as np
import pytest

from recognition.imaging.bitmap import ink, is_blank_or_dot
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from tests.parity import Parity

DOT: list[list[float]] = [[50], [50]]


def test_ink_counts_in_pixels() -> None:
    bitmap = np.zeros((28, 28), np.uint8)
    bitmap[0, :2] = 255
    bitmap[1, 0] = 51
    assert ink(bitmap) == pytest.approx(2.2)


def test_a_blank_sheet_is_blank() -> None:
    assert is_blank_or_dot(np.zeros((28, 28), np.uint8))


@pytest.mark.parametrize("strokes", [[DOT], [DOT, [[0], [0]]], [DOT, [[0], [0]], [[9], [80]], [[70], [7]]]])
def test_a_few_dots_are_nothing_to_recognize(strokes: Strokes) -> None:
    assert is_blank_or_dot(rasterize(strokes))


@pytest.mark.parametrize("strokes", [[[[0, 1], [0, 0]]], [[[0, 0], [0, 7]]], [[[0, 5], [5, 0]]]])
def test_the_shortest_line_is_a_drawing(strokes: Strokes) -> None:
    assert not is_blank_or_dot(rasterize(strokes))


def test_official_drawings_do_not_pass_for_dots(parity: Parity) -> None:
    dots = [index for index, bitmap in enumerate(parity.bitmaps) if is_blank_or_dot(bitmap)]
    assert all(len(set(zip(*stroke, strict=True))) == 1 for index in dots for stroke in parity.strokes[index])
    assert len(dots) <= 1  # one "airplane" is five dots

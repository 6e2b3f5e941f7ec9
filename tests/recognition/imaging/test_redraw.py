from __future__ import annotations

import numpy as np
import pytest

from recognition.imaging.bitmap import ink, is_blank_or_dot
from recognition.imaging.rasterize import rasterize
from recognition.imaging.redraw import redraw
from recognition.imaging.skeleton import Mask
from recognition.imaging.strokes import Strokes
from tests.canvas import Canvas

HOUSE: Strokes = [[[0, 0, 200, 200, 0, 100, 200], [255, 100, 100, 255, 255, 0, 100]]]


def drawn(strokes: Strokes, pen: float) -> Mask:
    """Return the mask of a drawing that fills most of 256 × 256 pixels."""
    return Canvas(size=256, pen=pen, left=0.14, top=0.14, extent=0.72).picture(strokes)[:, :, 0] < 128


@pytest.mark.parametrize(("pen", "most"), [(1.5, 6), (4, 6), (12, 6), (20, 8), (30, 12)])
def test_any_pen_leaves_nearly_the_bitmap_of_the_strokes(pen: float, most: float) -> None:
    assert np.abs(redraw(drawn(HOUSE, pen)).astype(int) - rasterize(HOUSE)).mean() < most


@pytest.mark.parametrize("pen", [3, 20])
def test_a_line_ends_where_its_stroke_does(pen: float) -> None:
    strokes: Strokes = [[[0, 100], [0, 0]]]
    columns = redraw(drawn(strokes, pen)).any(axis=0).nonzero()[0]
    assert (columns[0], columns[-1]) == pytest.approx((1, 26), abs=1)


def test_lines_that_ran_into_one_another_stay_a_blot() -> None:
    comb: Strokes = [[[100, 100], [60, 200]], [[120, 120], [60, 200]], [[140, 140], [60, 200]]]
    frame: Strokes = [[[0, 255, 255, 0, 0], [0, 0, 255, 255, 0]]]
    assert ink(redraw(drawn(frame + comb, 25))) == pytest.approx(ink(rasterize(frame + comb)), rel=0.1)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (30, 30), (200, 201), (40, 30)])
def test_a_blob_is_a_dot(height: int, width: int) -> None:
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j] if height > 1 else np.zeros((2, 1, 1))
    assert is_blank_or_dot(redraw(np.hypot(rows, columns) <= 1))

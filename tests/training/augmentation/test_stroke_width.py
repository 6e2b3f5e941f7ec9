from __future__ import annotations

import numpy as np
import pytest

from recognition.imaging.bitmap import is_blank_or_dot
from recognition.imaging.rasterize import rasterize
from recognition.imaging.uploaded_image import image_to_bitmap
from tests.canvas import Canvas
from tests.training.stroked import strokes_of_kind
from training.augmentation.stroke_width import rasterize_upload

THIN = 16 / 255  # the official pen
DRAWN = 0.7 * 450  # pixels of a canvas that a drawing's larger side takes


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("kind", ["cross", "ring", "zigzag"])
@pytest.mark.parametrize("pen", [20, 40])
def test_a_thick_pen_leaves_what_an_upload_of_such_a_drawing_leaves(kind: str, pen: int) -> None:
    for strokes in strokes_of_kind(kind, 5):
        picture = image_to_bitmap(Canvas(pen=pen).png(strokes))
        assert difference(rasterize_upload(strokes, pen / DRAWN), picture) < 6


def test_the_official_pen_leaves_the_official_drawing() -> None:
    for strokes in strokes_of_kind("cross", 5):
        assert difference(rasterize_upload(strokes, THIN), rasterize(strokes)) < 6


def test_lines_that_ran_into_one_another_stay_together() -> None:
    lines = [[[0, 100], [y, y]] for y in range(0, 101, 10)]
    assert difference(rasterize_upload(lines, 0.14), rasterize(lines)) > 20


def test_a_dot_stays_a_dot() -> None:
    assert is_blank_or_dot(rasterize_upload([[[5.0], [5.0]]], 0.1))

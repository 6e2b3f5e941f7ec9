from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from recognition.imaging.foreground import find_foreground
from recognition.imaging.skeleton import Mask, thin
from recognition.imaging.strokes import Strokes
from tests.canvas import Canvas

CROSS: Strokes = [[[0, 255], [0, 255]], [[0, 255], [255, 0]]]


def ink_on(canvas: Canvas, strokes: Strokes = CROSS) -> Mask:
    return find_foreground(canvas.picture(strokes)[:, :, :3]).mask


def crosses(ink: Mask) -> bool:
    """Tell whether there is a cross from corner to corner, and nothing else."""
    rows, columns = (thin(ink).nonzero()[axis] / ink.shape[axis] - 0.5 for axis in (0, 1))
    return bool(ink.any() and np.abs(np.abs(rows) - np.abs(columns)).max() < 0.06 and np.abs(rows).max() > 0.4)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [("black", "white"), ("white", "black"), ("#e33", "#fed"), ("#ff0", "#fff"), ("#777", "#999"), ("#36c", "#000")],
)
def test_ink_is_what_differs_from_the_paper(ink: str, paper: str) -> None:
    assert crosses(ink_on(Canvas(ink=ink, paper=paper)))


@pytest.mark.parametrize(("size", "extent", "pen"), [(1000, 0.1, 3), (1000, 0.9, 1.5), (40, 0.8, 1.5), (450, 0.6, 30)])
def test_ink_is_cut_out_of_the_paper_and_brought_to_one_size(size: int, extent: float, pen: float) -> None:
    ink = ink_on(Canvas(size=size, extent=extent, left=0.05, top=0.05, pen=pen))
    assert max(ink.shape) == 256
    assert crosses(ink)


def test_a_photograph_shows_lines_and_not_the_light_that_falls_on_the_paper() -> None:
    light = np.linspace(0.5, 1, 450)[:, np.newaxis, np.newaxis] * np.linspace(0.8, 1, 450)[:, np.newaxis]
    noise = np.random.default_rng(0).normal(0, 4, (450, 450, 3))
    pencil = 0.5 + 0.5 / 255 * Canvas().picture(CROSS)[:, :, :3]
    assert crosses(find_foreground((pencil * light * 240 + noise).clip(0, 255).astype(np.uint8)).mask)


@pytest.mark.parametrize("noise", [0, 4])
def test_blank_paper_has_no_ink(noise: int) -> None:
    paper = np.random.default_rng(0).normal(200, noise, (300, 300, 3)).astype(np.uint8)
    assert not find_foreground(paper).mask.any()


def test_a_filled_area_becomes_its_outline() -> None:
    ink = find_foreground(square(side=200)).mask
    assert not ink[60:-60, 60:-60].any()
    assert ink[5:-5, 10].all()
    assert ink[10, 5:-5].all()


def test_a_short_line_of_a_fat_pen_stays_a_line() -> None:
    ink = ink_on(Canvas(pen=30, extent=0.22), [[[0, 100], [0, 0]]])
    assert ink.mean() > 0.8


def test_a_filled_dot_stays_a_dot() -> None:
    assert find_foreground(square(side=12)).mask.mean() > 0.5


@pytest.mark.parametrize("paper", ["white", "#777", "#c9b8a0"])
def test_a_pens_lines_are_clear(paper: str) -> None:
    assert find_foreground(Canvas(paper=paper).picture(CROSS)[:, :, :3]).is_clear


def test_lines_as_faint_as_the_grain_of_wood_are_not_clear() -> None:
    assert not find_foreground(Canvas(ink="#777", paper="#999").picture(CROSS)[:, :, :3]).is_clear


def test_the_little_rest_of_a_picture_full_of_signs_is_not_clear() -> None:
    screen = np.full((600, 300, 3), 255, np.uint8)
    for left in range(10, 280, 30):
        screen[10:50, left : left + 20] = screen[560:590, left : left + 20] = 0
    screen[300:304, 100:180] = 0
    ink = find_foreground(screen)

    assert ink.mask.any()
    assert not ink.is_clear


def square(side: int) -> npt.NDArray[np.uint8]:
    """Return a black square on white paper of 300 × 300 pixels."""
    picture = np.full((300, 300, 3), 255, np.uint8)
    picture[50 : 50 + side, 50 : 50 + side] = 0
    return picture

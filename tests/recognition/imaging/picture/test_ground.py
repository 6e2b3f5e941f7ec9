from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from recognition.imaging.picture.ground import RgbPixels, find_ground

Box = tuple[int, int, int, int]


def scene(desk: str, sheet: str, box: Box, ink: str = "black") -> RgbPixels:
    """Return a sheet with a ring on a desk, 400 × 400 pixels."""
    picture = Image.new("RGB", (400, 400), desk)
    draw = ImageDraw.Draw(picture)
    draw.rectangle(box, fill=sheet)
    draw.ellipse((150, 150, 250, 250), outline=ink, width=4)
    return np.asarray(picture)


def inside(box: Box, margin: int) -> npt.NDArray[np.bool_]:
    left, top, right, bottom = box
    mask = np.zeros((400, 400), np.bool_)
    mask[max(0, top + margin) : bottom - margin, max(0, left + margin) : right - margin] = True
    return mask


@pytest.mark.parametrize("desk", ["#6e4a32", "#334466", "#111"])
@pytest.mark.parametrize("box", [(90, 80, 320, 330), (0, 60, 330, 400)], ids=["whole", "cut off"])
def test_a_sheet_lies_on_a_darker_desk(desk: str, box: Box) -> None:
    sheet = find_ground(scene(desk, "#f4f1ea", box)).sheet

    assert sheet[inside(box, 6)].all()
    assert not sheet[~inside(box, -6)].any()


def test_a_drawn_box_is_no_sheet() -> None:
    picture = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(picture).rectangle((100, 100, 300, 300), outline="black", width=5)
    assert find_ground(np.asarray(picture)).sheet.all()


def test_the_ground_has_the_light_that_falls_on_it_also_in_a_soft_shadow() -> None:
    paper = scene("#f4f1ea", "#f4f1ea", (0, 0, 1, 1)).astype(np.float32)
    shadow = 1 - 0.4 / (1 + np.exp(-(np.arange(400) - 190) / 12))  # falls off over some 50 pixels
    picture = (paper * shadow[:, np.newaxis]).astype(np.uint8)
    ground = find_ground(picture)
    is_paper = paper.min(axis=2) > 200

    assert ground.sheet.all()
    assert np.abs(np.stack(ground.colour, axis=2) - picture)[is_paper].max() < 40


def test_an_area_within_an_outline_is_filled() -> None:
    picture = Image.fromarray(scene("white", "white", (0, 0, 1, 1)))
    ImageDraw.floodfill(picture, (200, 200), (250, 130, 60))
    fills = find_ground(np.asarray(picture)).fills

    assert fills[170:230, 170:230].all()
    assert not fills[~inside((150, 150, 251, 251), 0)].any()


def test_an_area_without_an_outline_is_ink() -> None:
    picture = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(picture).ellipse((150, 150, 250, 250), fill=(250, 130, 60))
    assert not find_ground(np.asarray(picture)).fills.any()


def test_noise_has_no_ground_but_the_whole_picture() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    assert find_ground(noise).sheet.all()

"""A picture of the drawings that a network got wrong, to see whether anybody could have known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from recognition.imaging.bitmap import SIZE
from training.data.drawing_index import Drawings
from training.evaluation.metrics import Predictions

MOST = 60
COLUMNS = 10
SIDE, GAP, CAPTION = 4 * SIZE, 12, 34  # pixels
FONT_SIZE = 12
GREYS = 16  # a fourth of the bytes of 256


def contact_sheet(answers: Predictions, drawings: Drawings) -> Image.Image:
    """Show what the answers to these drawings got wrong, the most confident mistakes first, 60 at most."""
    wrong = np.flatnonzero(~answers.correct)
    shown = wrong[np.argsort(-answers.probabilities[wrong].max(axis=1))][:MOST]
    width, height = SIDE + GAP, SIDE + CAPTION + GAP
    sheet = Image.new("L", (COLUMNS * width + GAP, -(-len(shown) // COLUMNS) * height + GAP), "white")
    for place, (index, picture) in enumerate(zip(shown, drawings.pixels(shown), strict=True)):
        corner = (place % COLUMNS * width + GAP, place // COLUMNS * height + GAP)
        label, said = answers.labels[answers.targets[index]], answers.labels[answers.probabilities[index].argmax()]
        _show(sheet, corner, picture, f"{label}?\n“{said}”")
    return sheet.quantize(GREYS)


def _show(sheet: Image.Image, corner: tuple[int, int], picture: npt.NDArray[np.uint8], caption: str) -> None:
    drawing = Image.fromarray(255 - picture.reshape(SIZE, SIZE)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    sheet.paste(drawing, corner)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((corner, (corner[0] + SIDE - 1, corner[1] + SIDE - 1)), outline=200)
    font = ImageFont.load_default(FONT_SIZE)
    draw.multiline_text((corner[0], corner[1] + SIDE + 2), caption, fill=0, font=font, spacing=2)

"""Draws a contact sheet of the drawings that a network got wrong."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from recognition.imaging.bitmap import SIZE
from training.data.drawing_index import Drawings
from training.evaluation.metrics import Predictions

MAX_MISTAKES = 60
COLUMNS = 10
TILE_PIXELS, GAP, CAPTION = 4 * SIZE, 12, 34  # pixels
FONT_SIZE = 12
GREYS = 16  # the file is a fourth as large as with 256


def mistake_sheet(answers: Predictions, drawings: Drawings) -> Image.Image:
    """Return a sheet of at most 60 wrong answers, the most confident first."""
    wrong = np.flatnonzero(~answers.correct)
    shown = wrong[np.argsort(-answers.confidence[wrong])][:MAX_MISTAKES]
    width, height = TILE_PIXELS + GAP, TILE_PIXELS + CAPTION + GAP
    sheet = Image.new("L", (COLUMNS * width + GAP, -(-len(shown) // COLUMNS) * height + GAP), "white")
    for place, (index, picture) in enumerate(zip(shown, drawings.pixels(shown), strict=True)):
        corner = (place % COLUMNS * width + GAP, place // COLUMNS * height + GAP)
        label, predicted = answers.labels[answers.targets[index]], answers.labels[answers.best[index]]
        _show(sheet, corner, picture, f"{label}?\n“{predicted}”")
    return sheet.quantize(GREYS)


def _show(sheet: Image.Image, corner: tuple[int, int], picture: npt.NDArray[np.uint8], caption: str) -> None:
    drawing = Image.fromarray(255 - picture.reshape(SIZE, SIZE)).resize(
        (TILE_PIXELS, TILE_PIXELS), Image.Resampling.BICUBIC
    )
    sheet.paste(drawing, corner)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((corner, (corner[0] + TILE_PIXELS - 1, corner[1] + TILE_PIXELS - 1)), outline=200)
    font = ImageFont.load_default(FONT_SIZE)
    draw.multiline_text((corner[0], corner[1] + TILE_PIXELS + 2), caption, fill=0, font=font, spacing=2)

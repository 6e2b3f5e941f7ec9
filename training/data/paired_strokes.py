"""Official drawings whose strokes are known too, in the split that their official bitmap belongs to."""

from __future__ import annotations

from itertools import islice

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split, split_positions
from recognition.imaging.strokes import Strokes
from training.data.drawing_index import Pixels
from training.data.quickdraw_data import in_split
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder

MAX_LINES = 3_000  # of a class's file that are read; official files have about a hundred thousand
CHECKED_DRAWINGS = 10  # of a class: their strokes must look like their bitmaps
MAX_MEAN_ERROR = 10.0  # of 255; our bitmaps are 0.1 from the official ones, bitmaps of two different cats 40


def strokes_in_split(split: Split, folder: QuickDrawFolder, name: str) -> list[Strokes]:
    """Return the strokes of the first drawings of a class whose bitmaps are in a split.

    Returns none when one of the two files is missing. Returns none either when the files do not match row by row,
    because held-out drawings could be among the strokes. Raises CorruptFile.
    """
    try:
        bitmaps = folder.bitmaps(name)[:MAX_LINES]
        strokes = list(islice(folder.drawings(name), len(bitmaps)))
    except MissingFile:
        return []
    bitmaps = np.asarray(bitmaps[: len(strokes)])  # (n, 784)
    if not _match(strokes, bitmaps):
        return []
    # The split is a property of the bitmap, so a drawing and its strokes are always held out together.
    chosen = in_split(split, split_positions(bitmaps.reshape(-1, SIZE, SIZE)))
    return [drawing for drawing, is_chosen in zip(strokes, chosen, strict=True) if is_chosen]


def _match(strokes: list[Strokes], bitmaps: Pixels) -> bool:
    """Tell whether line i of the strokes is the drawing in row i of the bitmaps, from the first few."""
    pairs = zip(strokes[:CHECKED_DRAWINGS], bitmaps, strict=False)
    errors = [np.abs(rasterize(drawing).reshape(-1).astype(int) - bitmap).mean() for drawing, bitmap in pairs]
    return bool(np.mean(errors) < MAX_MEAN_ERROR) if errors else False

"""Official drawings whose strokes are known too, each on the side of the split that its official bitmap is on."""

from __future__ import annotations

from itertools import islice

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split, positions
from recognition.imaging.strokes import Strokes
from training.data.drawing_index import Pixels
from training.data.quickdraw_data import is_on
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder

LOOKED_AT = 3_000  # lines of a class's file; official ones have about a hundred thousand
CHECKED = 10  # drawings of a class that must look like their bitmaps
FAR = 10.0  # mean absolute error of 255; ours are 0.1 from official bitmaps, those of two different cats 40


def strokes_on(split: Split, folder: QuickDrawFolder, name: str) -> list[Strokes]:
    """Return the first strokes of a class whose bitmaps are on a side; none where not both files are there.

    None either where the two files do not belong together row by row, as drawings that are held out could be among
    them. Raises CorruptFile.
    """
    try:
        bitmaps = folder.bitmaps(name)[:LOOKED_AT]
        strokes = list(islice(folder.drawings(name), len(bitmaps)))
    except MissingFile:
        return []
    bitmaps = np.asarray(bitmaps[: len(strokes)])
    if not _belong_together(strokes, bitmaps):
        return []
    chosen = is_on(split, positions(bitmaps.reshape(-1, SIZE, SIZE)))
    return [one for one, is_chosen in zip(strokes, chosen, strict=True) if is_chosen]


def _belong_together(strokes: list[Strokes], bitmaps: Pixels) -> bool:
    pairs = zip(strokes[:CHECKED], bitmaps, strict=False)
    errors = [np.abs(rasterize(one).reshape(-1).astype(int) - bitmap).mean() for one, bitmap in pairs]
    return bool(np.mean(errors) < FAR) if errors else False

"""Images that belong to no class, so that the network learns to be unsure about the unknown.

Training on outliers with a uniform target: Hendrycks et al. 2018, Deep Anomaly Detection with Outlier Exposure.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from recognition.imaging.bitmap import SIZE, is_blank_or_dot
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split, split_positions
from training.augmentation.scribbles import scribbles
from training.data.drawing_index import Pixels
from training.data.paired_strokes import strokes_in_split
from training.data.quickdraw_data import in_split
from training.quickdraw.catalog import categories
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder

T = TypeVar("T")

STROKE_DRAWINGS_PER_CLASS = 100  # drawings of each class whose strokes are mixed
FOREIGN_DRAWINGS_PER_CLASS = 150  # drawings of each class that is not learnt
HELD_OUT_CLASS_EVERY = 4  # one class in so many is never used as an outlier, to measure with


def outliers(folder: QuickDrawFolder, labels: Sequence[str], count: int, seed: int) -> Pixels:
    """Return uint8 (n, 784): scribbles, mixed strokes and drawings of other classes, `count` of each.

    There are fewer of the latter two where the folder has no more. Always the same for a seed. Raises CorruptFile.
    """
    # "foreign" are drawings of categories that this network does not learn.
    names = [name for name in categories() if name not in labels and not is_held_out_class(name)]
    by_class = [_foreign_drawings(folder, name) for name in names]
    foreign = np.concatenate([np.empty((0, SIZE * SIZE), np.uint8), *by_class])
    chosen = foreign[np.random.default_rng(seed).permutation(len(foreign))[:count]]
    mixed = random_stroke_scribbles(Split.TRAIN, folder, labels, count, seed)
    return np.concatenate([scribbles(count, seed), mixed, chosen])


def is_held_out_class(name: str) -> bool:
    """Tell the classes that never become outliers, so that out-of-distribution detection can be measured on them."""
    # A hash, not a random choice: every release and host holds out the same classes.
    return zlib.crc32(name.encode()) % HELD_OUT_CLASS_EVERY == 0


def random_stroke_scribbles(
    split: Split, folder: QuickDrawFolder, names: Sequence[str], count: int, seed: int
) -> Pixels:
    """Make scribbles from the strokes of real drawings of one split: uint8 (count, 784).

    Each has as many strokes as some real drawing. Each stroke comes from a random drawing, rotated and moved.
    Returns no rows when the folder has no strokes. Raises CorruptFile.
    """
    random = np.random.default_rng(seed)
    drawings = [
        drawing for name in names for drawing in strokes_in_split(split, folder, name)[:STROKE_DRAWINGS_PER_CLASS]
    ]
    rows: list[Pixels] = []
    while drawings and len(rows) < count:
        # The outer choice gives the number of strokes. The two inner ones choose a drawing and a stroke of it.
        strokes = [_choice(_choice(drawings, random), random) for _ in _choice(drawings, random)]
        bitmap = rasterize([_moved(stroke, random) for stroke in strokes])
        if not is_blank_or_dot(bitmap):
            rows.append(bitmap.reshape(SIZE * SIZE))
    return np.array(rows, np.uint8).reshape(-1, SIZE * SIZE)


def _foreign_drawings(folder: QuickDrawFolder, name: str) -> Pixels:
    """Return training drawings of a class, from the first FOREIGN_DRAWINGS_PER_CLASS rows of each of its files."""
    near = folder.near_bitmaps(name)[:FOREIGN_DRAWINGS_PER_CLASS]
    try:
        bitmaps = np.concatenate([folder.bitmaps(name)[:FOREIGN_DRAWINGS_PER_CLASS], near])
    except MissingFile:
        bitmaps = near
    return bitmaps[in_split(Split.TRAIN, split_positions(bitmaps.reshape(-1, SIZE, SIZE)))]


def _choice(choices: Sequence[T], random: np.random.Generator) -> T:
    return choices[int(random.integers(len(choices)))]


def _moved(stroke: list[list[float]], random: np.random.Generator) -> list[list[float]]:
    """Rotate a stroke about its mean point by any angle and put that point anywhere on the canvas."""
    x, y = (np.array(axis) - np.mean(axis) for axis in stroke[:2])  # each (points,)
    angle = random.uniform(0, math.tau)
    center_x, center_y = random.uniform(0, 255, 2)
    new_x = x * math.cos(angle) - y * math.sin(angle) + center_x
    new_y = x * math.sin(angle) + y * math.cos(angle) + center_y
    return [new_x.tolist(), new_y.tolist()]

"""Pictures that are none of the classes, so that the network learns to be confident about nothing.

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
from recognition.imaging.splits import Split, positions
from training.augmentation.scribbles import scribbles
from training.data.drawing_index import Pixels
from training.data.paired_strokes import strokes_on
from training.data.quickdraw_data import is_on
from training.quickdraw.catalog import categories
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder

T = TypeVar("T")

DRAWINGS = 100  # of each class, whose strokes are thrown together
OTHERS = 150  # drawings of each class that is not learnt
KEPT = 4  # one class in so many is never shown as an outlier, to measure with


def outliers(folder: QuickDrawFolder, labels: Sequence[str], count: int, seed: int) -> Pixels:
    """Return uint8 (n, 784): scribbles, drawings thrown together and drawings of other classes, `count` of each.

    Fewer of the latter two where the folder has no more. Always the same for a seed. Raises CorruptFile.
    """
    names = [name for name in categories() if name not in labels and not is_kept(name)]
    others = np.concatenate([np.empty((0, SIZE * SIZE), np.uint8), *(_to_train_on(folder, name) for name in names)])
    some = others[np.random.default_rng(seed).permutation(len(others))[:count]]
    return np.concatenate(
        [scribbles(count, seed), random_stroke_scribbles(Split.TRAIN, folder, labels, count, seed), some]
    )


def is_kept(name: str) -> bool:
    """Tell the classes that no network sees as outliers, so that what it does with the unknown can be measured."""
    return zlib.crc32(name.encode()) % KEPT == 0


def random_stroke_scribbles(
    split: Split, folder: QuickDrawFolder, names: Sequence[str], count: int, seed: int
) -> Pixels:
    """Make scribbles of other people's strokes, uint8 (count, 784): of drawings on one side of the split.

    Each has as many strokes as a real drawing has; each stroke comes from a drawing of its own, turned and moved.
    None when the folder has no strokes. Raises CorruptFile.
    """
    random = np.random.default_rng(seed)
    drawings = [drawing for name in names for drawing in strokes_on(split, folder, name)[:DRAWINGS]]
    found: list[Pixels] = []
    while drawings and len(found) < count:
        strokes = [_any(_any(drawings, random), random) for _ in _any(drawings, random)]
        bitmap = rasterize([_moved(stroke, random) for stroke in strokes])
        if not is_blank_or_dot(bitmap):
            found.append(bitmap.reshape(SIZE * SIZE))
    return np.array(found, np.uint8).reshape(-1, SIZE * SIZE)


def _to_train_on(folder: QuickDrawFolder, name: str) -> Pixels:
    """Return drawings of a class: of the first OTHERS of each of its files those on the side to train on."""
    near = folder.near_bitmaps(name)[:OTHERS]
    try:
        bitmaps = np.concatenate([folder.bitmaps(name)[:OTHERS], near])
    except MissingFile:
        bitmaps = near
    return bitmaps[is_on(Split.TRAIN, positions(bitmaps.reshape(-1, SIZE, SIZE)))]


def _any(choices: Sequence[T], random: np.random.Generator) -> T:
    return choices[int(random.integers(len(choices)))]


def _moved(stroke: list[list[float]], random: np.random.Generator) -> list[list[float]]:
    x, y = (np.array(axis) - np.mean(axis) for axis in stroke[:2])
    angle = random.uniform(0, math.tau)
    right, down = random.uniform(0, 255, 2)
    turned = x * math.cos(angle) - y * math.sin(angle) + right, x * math.sin(angle) + y * math.cos(angle) + down
    return [axis.tolist() for axis in turned]

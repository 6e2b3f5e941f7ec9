"""Drawings as other hands might have drawn them, to be trained on beside the originals.

People draw less tidily than the data set, which kept finished drawings and simplified them; they upload what they drew
with a thick pen; and the page asks for a guess at every stroke. What a network never saw it takes for something else:
with a frame around it, 5 % of all drawings were recognized before this, and with half of the ink, 32 %.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recognition.imaging.bitmap import SIZE, Bitmap, is_blank_or_dot
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from recognition.imaging.strokes import Strokes
from training.augmentation.stroke_transforms import affine, framed, shaky, unfinished, with_stray_dot
from training.augmentation.stroke_width import uploaded
from training.data.drawing_index import Drawings, Part, Pixels
from training.data.paired_strokes import strokes_on
from training.quickdraw.folder import QuickDrawFolder

# How often; each drawing may be varied in several ways.
UNFINISHED, SHAKY, STRAY_DOT, FRAMED, LEANING = 0.6, 0.4, 0.15, 0.08, 0.5
LEAST_INK = 0.2  # share of it; with less nobody could know
TREMOR = 0.002, 0.015  # of the larger side
MARGIN = 0.05, 0.3  # of the larger side, between drawing and frame
TURN, STRETCH = 0.25, 0.2  # standard deviations: radians, and of the logarithm of the stretch
UPLOADED = 0.05  # with a thick pen, and nothing else
THICK = 0.06, 0.14  # of the larger side: pens of 20 to 45 pixels for a drawing of 320
MOST_OF_ONE = 6  # variations of one drawing


def no_progress(share: float) -> None:
    """Nobody wants to know."""


def variations(
    folder: QuickDrawFolder,
    labels: tuple[str, ...],
    count: int,
    seed: int,
    watch: Callable[[float], None] = no_progress,
) -> Drawings:
    """Draw about `count` variations of drawings to train on, classes alike; fewer where few have strokes.

    watch: hears after each class what share of them is done, and may raise to stop.
    Targets index `labels`. Always the same for a seed. Takes 1.4 ms each. Raises CorruptFile.
    """
    random = np.random.default_rng(seed)
    parts = []
    for target, name in enumerate(labels):
        pixels = _of_class(strokes_on(Split.TRAIN, folder, name), count // len(labels), random)
        parts.append(Part(target, pixels, np.arange(len(pixels), dtype=np.int32)))
        watch((target + 1) / len(labels))
    return Drawings(parts)


def drawn_again(strokes: Strokes, random: np.random.Generator) -> Bitmap:
    """Return a drawing as another hand might have drawn it, or as it looks when it was drawn thickly and uploaded."""
    if random.random() < UPLOADED:
        return uploaded(strokes, random.uniform(*THICK))
    return rasterize(varied(strokes, random))


def varied(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """Return a drawing as it is while it grows, or by a shaky hand, leaning, with a dot or a frame too much."""
    if random.random() < UNFINISHED:
        strokes = unfinished(strokes, random.uniform(LEAST_INK, 1))
    if random.random() < SHAKY:
        strokes = shaky(strokes, random.uniform(*TREMOR), random)
    if random.random() < STRAY_DOT:
        strokes = with_stray_dot(strokes, random)
    elif random.random() < FRAMED:
        strokes = framed(strokes, random.uniform(*MARGIN))
    if random.random() < LEANING:
        strokes = affine(strokes, random.normal(0, TURN), float(np.exp(random.normal(0, STRETCH))))
    return strokes


def _of_class(drawings: list[Strokes], count: int, random: np.random.Generator) -> Pixels:
    if not drawings:
        return np.empty((0, SIZE * SIZE), np.uint8)
    chosen = np.resize(random.permutation(len(drawings)), min(count, MOST_OF_ONE * len(drawings)))
    bitmaps = (drawn_again(drawings[index], random) for index in chosen)
    pictures = [bitmap.reshape(SIZE * SIZE) for bitmap in bitmaps if not is_blank_or_dot(bitmap)]
    return np.array(pictures, np.uint8).reshape(-1, SIZE * SIZE)

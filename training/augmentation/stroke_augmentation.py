"""Stroke-level augmentation: base drawings as other people might have drawn them.

Quick, Draw! keeps only finished drawings and simplifies them. People here draw less tidily, upload drawings made with
a thick pen, and see a guess after every stroke. A network that has not seen such drawings fails on them: before this
augmentation it recognized 5 % of drawings with a frame around them, and 32 % of drawings with half of their ink.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recognition.imaging.bitmap import SIZE, Bitmap, is_blank_or_dot
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from recognition.imaging.strokes import Strokes
from training.augmentation.stroke_transforms import affine_strokes, framed, jittered, truncated, with_stray_dot
from training.augmentation.stroke_width import rasterize_upload
from training.data.drawing_index import Drawings, Part, Pixels
from training.data.paired_strokes import strokes_in_split
from training.quickdraw.folder import QuickDrawFolder

# Probability of each transform. A drawing may get several.
TRUNCATED, JITTERED, STRAY_DOT, FRAMED, LEANING = 0.6, 0.4, 0.15, 0.08, 0.5
MIN_INK_SHARE = 0.2  # with less ink, people could not tell what it is either
TREMOR_SHARE = 0.002, 0.015  # from, to: of the larger side
FRAME_MARGIN_SHARE = 0.05, 0.3  # from, to: of the larger side
TURN_RADIANS, LOG_STRETCH = 0.25, 0.2  # standard deviations
UPLOADED = 0.05  # probability of a thick pen, without any other transform
PEN_SHARE = 0.06, 0.14  # from, to: of the larger side, which is a pen of 20 to 45 pixels for a drawing of 320
MAX_VARIATIONS = 6  # of one drawing


def augmented_drawings(
    folder: QuickDrawFolder,
    labels: tuple[str, ...],
    count: int,
    seed: int,
    watch: Callable[[float], None] = lambda share: None,
) -> Drawings:
    """Draw about `count` augmented training drawings, as many of each class; fewer where few have strokes.

    watch: gets the finished share after each class; it may raise to stop.
    Targets index `labels`. Always the same for a seed. Takes 1.4 ms a drawing. Raises CorruptFile.
    """
    random = np.random.default_rng(seed)
    parts = []
    for target, name in enumerate(labels):
        # Only training drawings: a variation of a test drawing would leak it.
        pixels = _augmented_class(strokes_in_split(Split.TRAIN, folder, name), count // len(labels), random)
        parts.append(Part(target, pixels, np.arange(len(pixels), dtype=np.int32)))
        watch((target + 1) / len(labels))
    return Drawings(parts)


def augmented_bitmap(strokes: Strokes, random: np.random.Generator) -> Bitmap:
    """Return a random variation of a drawing: transformed strokes, or an upload drawn with a thick pen."""
    if random.random() < UPLOADED:
        return rasterize_upload(strokes, random.uniform(*PEN_SHARE))
    return rasterize(augmented_strokes(strokes, random))


def augmented_strokes(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """Apply random transforms to a drawing: truncate, jitter, stray dot or frame, rotate and stretch."""
    if random.random() < TRUNCATED:
        strokes = truncated(strokes, random.uniform(MIN_INK_SHARE, 1))
    if random.random() < JITTERED:
        strokes = jittered(strokes, random.uniform(*TREMOR_SHARE), random)
    if random.random() < STRAY_DOT:
        strokes = with_stray_dot(strokes, random)
    elif random.random() < FRAMED:
        strokes = framed(strokes, random.uniform(*FRAME_MARGIN_SHARE))
    if random.random() < LEANING:
        turn = random.normal(0, TURN_RADIANS)
        stretch = float(np.exp(random.normal(0, LOG_STRETCH)))  # log-normal: half as wide as likely as twice as wide
        strokes = affine_strokes(strokes, turn, stretch)
    return strokes


def _augmented_class(drawings: list[Strokes], count: int, random: np.random.Generator) -> Pixels:
    if not drawings:
        return np.empty((0, SIZE * SIZE), np.uint8)
    # np.resize repeats the permutation: no drawing comes twice before all came once.
    chosen = np.resize(random.permutation(len(drawings)), min(count, MAX_VARIATIONS * len(drawings)))
    bitmaps = (augmented_bitmap(drawings[index], random) for index in chosen)
    rows = [bitmap.reshape(SIZE * SIZE) for bitmap in bitmaps if not is_blank_or_dot(bitmap)]
    return np.array(rows, np.uint8).reshape(-1, SIZE * SIZE)

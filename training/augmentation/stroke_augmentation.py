"""Stroke-level augmentation: base drawings as other people might have drawn them.

Quick, Draw! keeps only finished drawings and simplifies them. People here draw less tidily, upload drawings made with
a thick pen, and see a guess after every stroke. A network that has not seen such drawings fails on them: before this
augmentation it recognized 5 % of drawings with a frame around them, and 32 % of drawings with half of their ink.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

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
WHOLE_INK_SHARE = 0.75  # from here on, a drawing counts as finished


def augmented_drawings(
    folder: QuickDrawFolder,
    labels: tuple[str, ...],
    count: int,
    variations: int,
    seed: int,
    watch: Callable[[float], None] = lambda share: None,
) -> tuple[Drawings, npt.NDArray[np.bool_]]:
    """Draw about `count` augmented training drawings, as many of each class; fewer where few have strokes.

    Also tells which of them are finished, without a stray dot or a frame: bool (n,).
    variations: of one drawing, at most. watch: gets the finished share after each class; it may raise to stop.
    Targets index `labels`. Always the same for a seed. Takes 1.4 ms a drawing. Raises CorruptFile.
    """
    random = np.random.default_rng(seed)
    parts, whole = [], [np.empty(0, bool)]
    for target, name in enumerate(labels):
        # Only training drawings: a variation of a test drawing would leak it.
        drawings = strokes_in_split(Split.TRAIN, folder, name)
        pixels, is_whole = _augmented_class(drawings, min(count // len(labels), variations * len(drawings)), random)
        parts.append(Part(target, pixels, np.arange(len(pixels), dtype=np.int32)))
        whole.append(is_whole)
        watch((target + 1) / len(labels))
    return Drawings(parts), np.concatenate(whole)


def augmented_bitmap(strokes: Strokes, random: np.random.Generator) -> tuple[Bitmap, bool]:
    """Return a random variation of a drawing, and whether it is whole: transformed strokes, or a thick pen's upload."""
    if random.random() < UPLOADED:
        return rasterize_upload(strokes, random.uniform(*PEN_SHARE)), True
    strokes, is_whole = augmented_strokes(strokes, random)
    return rasterize(strokes), is_whole


def augmented_strokes(strokes: Strokes, random: np.random.Generator) -> tuple[Strokes, bool]:
    """Apply random transforms to a drawing: truncate, jitter, stray dot or frame, rotate and stretch.

    Also tells whether the drawing is finished, without a stray dot or a frame.
    """
    is_whole = True
    if random.random() < TRUNCATED:
        share = random.uniform(MIN_INK_SHARE, 1)
        strokes, is_whole = truncated(strokes, share), share >= WHOLE_INK_SHARE
    if random.random() < JITTERED:
        strokes = jittered(strokes, random.uniform(*TREMOR_SHARE), random)
    if random.random() < STRAY_DOT:
        strokes, is_whole = with_stray_dot(strokes, random), False
    elif random.random() < FRAMED:
        strokes, is_whole = framed(strokes, random.uniform(*FRAME_MARGIN_SHARE)), False
    if random.random() < LEANING:
        turn = random.normal(0, TURN_RADIANS)
        stretch = float(np.exp(random.normal(0, LOG_STRETCH)))  # log-normal: half as wide as likely as twice as wide
        strokes = affine_strokes(strokes, turn, stretch)
    return strokes, is_whole


def _augmented_class(
    drawings: list[Strokes], count: int, random: np.random.Generator
) -> tuple[Pixels, npt.NDArray[np.bool_]]:
    # np.resize repeats the permutation: no drawing comes twice before all came once.
    chosen = np.resize(random.permutation(len(drawings)), count).astype(int)
    made = [augmented_bitmap(drawings[index], random) for index in chosen]
    kept = [(bitmap.reshape(SIZE * SIZE), is_whole) for bitmap, is_whole in made if not is_blank_or_dot(bitmap)]
    pixels = np.array([row for row, _ in kept], np.uint8).reshape(-1, SIZE * SIZE)
    return pixels, np.array([is_whole for _, is_whole in kept], bool)

"""What is no part of a drawing: bars, frames, edges of paper, specks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from recognition.imaging.picture.regions import dilated, labelled
from recognition.imaging.skeleton import Mask

MAX_BAR = 0.25  # of the picture's side, with everything outside of a bar
MAX_LINE = 0.015  # of the picture's side; thicker lines are the drawing's
MAX_INSET = 0.06  # of the picture's side; a frame is no further in
FULL = 0.8  # of a row that a bar covers
NEARLY_ALL = 0.88  # of a row that a frame covers
MAX_SPECK = 2.5e-4  # of the picture, with the soft edge of a speck of 0.01 %
SPECK_OF_INK = 0.02  # of all ink; a speck is less
EDGE = 3  # pixels
MIN_CONTACT = 0.25  # of the picture's smaller side: so much of its edge does no drawing cover
TALL = 1.6  # height by width of a phone's screen
PHONE_BAR = 0.12  # of a screen's height


def drawing_only(ink: Mask, sheet: Mask) -> Mask:
    """Return the ink (height, width) that belongs to a drawing on a sheet (height, width)."""
    inside = _without_bars(ink)
    if not (ink & inside).any():
        inside = np.ones(ink.shape, np.bool_)
    ink = ink & inside
    factor = -(-max(ink.shape) // 400)
    coarse = _reduced(ink, factor)
    labels = labelled(dilated(coarse, 1)) * coarse
    kept = _kept(labels, dilated(~_reduced(sheet & inside, factor), 2) | _rim(coarse.shape), factor)
    height, width = ink.shape
    chosen = dilated(kept[labels], 1) & ~((labels > 0) & ~kept[labels])
    return ink & np.repeat(np.repeat(chosen, factor, axis=0), factor, axis=1)[:height, :width]


def edge_crossings(ink: Mask, sheet: Mask) -> int:
    """Return how many separate pieces of ink (height, width) are at the edge of a sheet (height, width)."""
    edge = sheet & dilated(~np.pad(sheet, 1), EDGE)[1:-1, 1:-1]
    return int(labelled(ink & edge).max())


def _kept(labels: npt.NDArray[np.int32], edge: Mask, factor: int) -> Mask:
    """Return for each label, 0 first, whether its ink is kept."""
    height, width = labels.shape
    sizes = np.bincount(labels.ravel()).astype(np.float64)
    sizes[0] = 0
    kept = sizes > 0
    contact = np.bincount(labels[edge], minlength=len(sizes)) / 2
    _drop(kept, sizes, contact > MIN_CONTACT * min(height, width))
    rows, columns = labels.nonzero()
    numbers = labels[rows, columns]
    top, left = (_extreme(np.minimum, numbers, places, len(sizes)) for places in (rows, columns))
    bottom, right = (_extreme(np.maximum, numbers, places, len(sizes)) for places in (rows, columns))
    if height > TALL * width:
        _drop(kept, sizes, (bottom < PHONE_BAR * height) | (top > (1 - PHONE_BAR) * height))
    specks = (sizes < max(MAX_SPECK * labels.size, 4)) & (sizes < SPECK_OF_INK * sizes[kept].sum())
    main = kept & ~specks
    if main.any():
        apart = (bottom < top[main].min()) | (top > bottom[main].max()) | (right < left[main].min())
        apart |= left > right[main].max()
        kept &= ~(specks & apart)
    return kept


def _drop(kept: Mask, sizes: npt.NDArray[np.float64], dropped: Mask) -> None:
    """Drop labels, unless hardly any ink would be left."""
    if sizes[kept & ~dropped].sum() >= 4:
        kept &= ~dropped


def _extreme(
    choose: np.ufunc, numbers: npt.NDArray[np.int32], places: npt.NDArray[np.int_], count: int
) -> npt.NDArray[np.int_]:
    extremes = np.full(count, 10**6 if choose is np.minimum else -1)
    choose.at(extremes, numbers, places)
    return extremes


def _without_bars(ink: Mask) -> Mask:
    """Return where the picture is not a bar or a frame, nor outside of one."""
    top = left = 0
    bottom, right = ink.shape
    for _ in range(2):  # bars at the sides may hide those above and below
        part = ink[top:bottom, left:right]
        top, bottom = top + _bar(part), bottom - _bar(part[::-1])
        part = ink[top:bottom, left:right].T
        left, right = left + _bar(part), right - _bar(part[::-1])
    inside = np.zeros(ink.shape, np.bool_)
    inside[top:bottom, left:right] = True
    return inside


def _bar(ink: Mask) -> int:
    """Return the number of rows from the top that are a bar, a frame, or outside of them."""
    height = len(ink)
    rows = ink[: int(MAX_BAR * height)]
    if not rows.any():
        return 0
    covered = rows.mean(axis=1)
    bars = (covered > FULL) & rows[:, :2].any(axis=1) & rows[:, -2:].any(axis=1)
    lines = covered[: int(MAX_INSET * height) + 1] > NEARLY_ALL
    if lines.sum() <= max(4, MAX_LINE * height):
        bars[: len(lines)] |= lines
    found = np.flatnonzero(bars)
    return int(found[-1]) + 3 if len(found) else 0


def _reduced(mask: Mask, factor: int) -> Mask:
    padded = np.pad(mask, [(0, -side % factor) for side in mask.shape])
    height, width = padded.shape
    return np.asarray(padded.reshape(height // factor, factor, width // factor, factor).any(axis=(1, 3)))


def _rim(shape: tuple[int, ...]) -> Mask:
    rim = np.ones(shape, np.bool_)
    rim[2:-2, 2:-2] = False
    return rim

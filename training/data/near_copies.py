"""Near copies: drawings that were traced, or drawn again from the strokes of another one, and look almost the same.

A near copy of a test drawing must not be trained on. So it belongs to the split of its original.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from training.data.drawing_index import Pixels
from training.data.quickdraw_data import QuickDrawClass

# Two drawings are near copies when the cosine similarity of their bitmaps at half size reaches this. Measured:
# - Of independent Quick, Draw! drawings, 0.7 % have a near copy among 1,000 of their class (squares, the worst: 8 %).
# - Of traced drawings, all are near copies when every point is off by up to 3/256 of the size, 89 % at 5/256 and
#   23 % at 8/256.
NEAR_COPY_COSINE = 0.97
# A base drawing and the same one rasterized from its strokes: 4 of 6,795 official pairs are below 0.97, none below 0.95
# (bench/parity.py).
ORIGINAL_COSINE = 0.95
BLOCK_ROWS = 2_000  # base drawings compared at once

Vectors = npt.NDArray[np.float32]


def near_copies(pixels: Pixels) -> npt.NDArray[np.bool_]:
    """Tell which drawings, uint8 (n, 784), are near copies of an older one that is not a near copy itself: (n,)."""
    vectors = unit_vectors(pixels)
    originals = np.empty_like(vectors)
    original_count = 0
    near = np.zeros(len(pixels), bool)
    for row, vector in enumerate(vectors):
        cosines = originals[:original_count] @ vector  # (originals, 196) @ (196,)
        near[row] = original_count > 0 and cosines.max() >= NEAR_COPY_COSINE
        if not near[row]:
            originals[original_count] = vector
            original_count += 1
    return near


def splits_of_originals(pixels: Pixels, splits: list[Split], base: QuickDrawClass) -> list[Split]:
    """Return the split of each drawing's original among the base drawings of its class; its own split if it has none.

    pixels: user drawings, uint8 (n, 784). splits: their own.
    """
    vectors = unit_vectors(pixels)
    closest = np.full(len(pixels), ORIGINAL_COSINE)
    result = list(splits)
    # What is not held out has nothing to lose from resembling base drawings to train on, which may be many.
    held_out = np.array([split is not Split.TRAIN for split in splits], bool)
    for split, block in _base_blocks(base, with_training=bool(held_out.any())):
        rows = np.flatnonzero(held_out) if split is Split.TRAIN else np.arange(len(pixels))
        if not len(rows):
            continue
        cosines = (vectors[rows] @ unit_vectors(block).T).max(axis=1)  # (rows, 196) @ (196, block)
        for row, cosine in zip(rows.tolist(), cosines.tolist(), strict=True):
            if cosine >= closest[row]:
                closest[row], result[row] = cosine, split
    return result


def _base_blocks(base: QuickDrawClass, *, with_training: bool) -> Iterator[tuple[Split, Pixels]]:
    sources = [(split, base.official, rows) for split, rows in base.rows.items()]
    sources.append((Split.TRAIN, base.near, base.near_rows))
    for split, source, rows in sources:
        if split is not Split.TRAIN or with_training:
            for start in range(0, len(rows), BLOCK_ROWS):
                yield split, source[rows[start : start + BLOCK_ROWS]]


def unit_vectors(pixels: Pixels) -> Vectors:
    """Return each drawing's halved bitmap as a vector of length 1: float32 (n, 196)."""
    # Average 2 x 2 pixels, so that a shift by a pixel matters less: (n, 14, 14), then flat.
    half = pixels.reshape(-1, SIZE // 2, 2, SIZE // 2, 2).mean(axis=(2, 4), dtype=np.float32)
    half = half.reshape(-1, (SIZE // 2) ** 2)
    vectors: Vectors = half / np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1e-6)
    return vectors

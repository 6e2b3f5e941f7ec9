"""The split of drawings into training, validation and test sets, decided by a hash of their pixels."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE, Bitmap

TEST_SHARE = 0.1
VALIDATION_SHARE = 0.1


class Split(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def split_of(bitmap: Bitmap) -> Split:
    """Return the split of a drawing (28, 28).

    It is the same on every host and for mirrored or turned (by 90°) copies, and it never changes.
    """
    return split_at(split_positions(bitmap[np.newaxis])[0])


def split_at(position: float) -> Split:
    """Return the split at a position in [0, 1)."""
    if position < TEST_SHARE:
        return Split.TEST
    return Split.VALIDATION if position < TEST_SHARE + VALIDATION_SHARE else Split.TRAIN


def split_positions(bitmaps: Bitmap) -> npt.NDArray[np.float64]:
    """Hash bitmaps (n, 28, 28) to positions in [0, 1), (n,). Mirrored and turned copies have the same one."""
    digests = b"".join(blake2b(folded.tobytes(), digest_size=8).digest() for folded in _fold(bitmaps))
    return np.frombuffer(digests, "<u8") / 2.0**64


def _fold(bitmaps: Bitmap) -> npt.NDArray[np.uint16]:
    """Return one quarter (n, 14, 14) of the sum of each bitmap's eight mirrored and turned copies.

    The sum over the symmetry group of the square is the same for all copies, and a quarter determines it.
    """
    half = SIZE // 2
    rows = bitmaps[:, :half].astype(np.uint16) + bitmaps[:, : half - 1 : -1]
    quarter = rows[:, :, :half] + rows[:, :, : half - 1 : -1]
    return np.ascontiguousarray(quarter + quarter.transpose(0, 2, 1), dtype="<u2")

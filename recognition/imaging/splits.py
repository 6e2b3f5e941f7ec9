"""Which drawings are trained on, which choose the recipe, which measure it: decided for ever by the pixels alone."""

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
    """Return the side a drawing (28, 28) is on: the same for ever, on every host, also mirrored or turned by 90°."""
    return side(positions(bitmap[np.newaxis])[0])


def side(position: float) -> Split:
    if position < TEST_SHARE:
        return Split.TEST
    return Split.VALIDATION if position < TEST_SHARE + VALIDATION_SHARE else Split.TRAIN


def positions(bitmaps: Bitmap) -> npt.NDArray[np.float64]:
    """Hash bitmaps (n, 28, 28) to numbers in [0, 1), the same for mirrored and turned copies of a drawing."""
    digests = b"".join(blake2b(folded.tobytes(), digest_size=8).digest() for folded in _fold(bitmaps))
    return np.frombuffer(digests, "<u8") / 2.0**64


def _fold(bitmaps: Bitmap) -> npt.NDArray[np.uint16]:
    """Add up the eight mirrored and turned copies of each bitmap; one quarter (n, 14, 14) of the sum holds all of it.

    A sum over the whole symmetry group of the square is the same for each of its members.
    """
    half = SIZE // 2
    rows = bitmaps[:, :half].astype(np.uint16) + bitmaps[:, : half - 1 : -1]
    quarter = rows[:, :, :half] + rows[:, :, : half - 1 : -1]
    return np.ascontiguousarray(quarter + quarter.transpose(0, 2, 1), dtype="<u2")

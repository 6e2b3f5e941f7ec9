"""Arrays as the bytes of an npz file, without pickles."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[np.generic]]


def to_npz(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def from_npz(npz: bytes) -> Arrays:
    """Read arrays. Raises ValueError for a pickle, which could run code."""
    with np.load(io.BytesIO(npz), allow_pickle=False) as arrays:
        return dict(arrays)

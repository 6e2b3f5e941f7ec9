"""Validates uploaded npy files with bitmaps."""

from __future__ import annotations

from typing import IO

import numpy as np

from recognition.imaging.bitmap import SIZE

PIXELS = SIZE * SIZE  # bytes of a bitmap


class InvalidNpy(ValueError):
    """The file does not hold bitmaps, uint8 (n, 784); the message says why."""


def read_npy_header(file: IO[bytes], size: int) -> int:
    """Read the header of an npy file and return how many bitmaps follow; leave the file positioned after it.

    size: of the whole file, in bytes.

    Raises InvalidNpy.
    """
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, is_fortran, dtype = read(file)
    except Exception as error:  # numpy evaluates the header, and a corrupt one may raise almost anything
        raise InvalidNpy(f"It is no npy file: {error}") from error
    if is_fortran or dtype != np.uint8 or len(shape) != 2 or shape[1] != PIXELS:
        raise InvalidNpy(f"It holds {dtype} {shape}, not uint8 (n, {PIXELS}).")
    if size - file.tell() != shape[0] * PIXELS:
        raise InvalidNpy(f"It should hold {shape[0]:,} bitmaps, but is too short or too long for that.")
    return int(shape[0])

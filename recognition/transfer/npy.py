"""Reads npy files of bitmaps: 28×28, white ink on black, and whatever else numpy writes for such an array."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO, UnsupportedOperation
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.transfer.rows import MAX_ROW_BYTES, PIXELS, InvalidFile, Row

MAX_HEADER_BYTES = 4096  # numpy writes 128
BLOCK_ROWS = 4096  # converted at a time
BRIGHT = 0.5  # share of the pixels that is brighter than grey in no drawing of white ink on black
KINDS = "fiub"  # float, int, unsigned, bool
ROW_SHAPES = ((PIXELS,), (SIZE, SIZE), (SIZE, SIZE, 1), (1, SIZE, SIZE))

Array = npt.NDArray[Any]


def read_npy(file: IO[bytes], word: str) -> Iterator[Row]:
    """Yield a row for each bitmap of a seekable file, as uint8. Raises InvalidFile, OSError.

    word: what they are, unless the second array of an export says something else.
    """
    bitmaps, details = _open(file)
    scale = _scale(bitmaps)
    number = 0
    for block in _blocks(bitmaps):
        for bitmap in (block * scale).round().astype(np.uint8):
            number += 1
            fields, details = _read_details(file, details)
            yield Row.of_bitmap(number, bitmap, {"word": word} | fields)


def npy_header(shape: tuple[int, ...]) -> bytes:
    """Return the header of an array of uint8 in C order."""
    file = BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return file.getvalue()


def _open(file: IO[bytes]) -> tuple[Array, int]:
    """Return the bitmaps, (n, 784), and where the lines of the second array begin; 0 without one."""
    size = file.seek(0, 2)
    shape, is_fortran, dtype, start = _read_header(file, 0)
    rows = shape if shape in ROW_SHAPES else shape[1:]
    if dtype.kind not in KINDS or rows not in ROW_SHAPES:
        raise InvalidFile(f"It holds {dtype} {shape}, not uint8 (n, {PIXELS}) or (n, {SIZE}, {SIZE}).")
    count = shape[0] if rows is not shape else 1
    end = start + count * PIXELS * dtype.itemsize
    details = 0
    if end < size and count >= 0:
        length, _, _, details = _read_header(file, end)
        end = details + (length[0] if len(length) == 1 else 0)
    if size != end or count < 0:
        raise InvalidFile(f"It should hold {count:,} bitmaps, but is too short or too long for that.")
    order = "F" if is_fortran else "C"
    array = _map(file, dtype, (count, *rows), start, order)
    return array if array.ndim == 2 else array.reshape(count, PIXELS), details


def _read_header(file: IO[bytes], start: int) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Return shape, Fortran order and dtype of an array, and where its data begin."""
    file.seek(start)
    head = BytesIO(file.read(MAX_HEADER_BYTES))
    try:
        version = np.lib.format.read_magic(head)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, is_fortran, dtype = read(head)
    except Exception as error:  # numpy evaluates the header, and a corrupt one may raise almost anything
        raise InvalidFile(f"It is no npy file of bitmaps: {error}") from error
    return shape, is_fortran, dtype, start + head.tell()


def _map(file: IO[bytes], dtype: np.dtype[Any], shape: tuple[int, ...], start: int, order: Any) -> Array:
    """Map a file into memory, or take what is there already. The size of the file was checked."""
    if 0 in shape:
        return np.empty(shape, dtype)
    try:
        file.fileno()
    except UnsupportedOperation:  # a small upload is in memory
        file.seek(start)
        return np.frombuffer(file.read(), dtype, int(np.prod(shape))).reshape(shape, order=order)
    return np.memmap(file, dtype, "r", start, shape, order)


def _blocks(bitmaps: Array) -> Iterator[npt.NDArray[np.float64]]:
    for start in range(0, len(bitmaps), BLOCK_ROWS):
        yield bitmaps[start : start + BLOCK_ROWS].astype(np.float64)


def _scale(bitmaps: Array) -> float:
    """Return what makes 0 to 255 of the values, 1 or 255. Raises InvalidFile."""
    most, bright = 0.0, 0
    for block in _blocks(bitmaps):
        if not (block.min() >= 0 and block.max() <= 255):  # NaN is neither
            raise InvalidFile("Its values must be 0 (paper) to 255 (ink), or 0 to 1.")
        most = max(most, float(block.max()))
    for block in _blocks(bitmaps):
        bright += int((block > most / 2).sum())
    if most and bright > BRIGHT * bitmaps.size:
        white = "1" if most <= 1 else "255"
        raise InvalidFile(f"It holds black ink on white; it must be white on black: save {white} - bitmaps.")
    return 255.0 if most <= 1 else 1.0


def _read_details(file: IO[bytes], position: int) -> tuple[dict[str, Any], int]:
    """Return what a line of the second array says, and where the next one begins."""
    if not position:
        return {}, 0
    file.seek(position)
    line = file.readline(MAX_ROW_BYTES)
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        fields = None
    return fields if isinstance(fields, dict) else {}, file.tell()

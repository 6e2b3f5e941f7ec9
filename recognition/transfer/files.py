"""Reads files of drawings of every kind that is taken, row by row, in constant memory."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from pathlib import PurePath
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote

from recognition.transfer.npy import read_npy
from recognition.transfer.packing import read_packed
from recognition.transfer.read_json import read_lines
from recognition.transfer.rows import InvalidFile, Row

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ENDINGS = (".ndjson", ".jsonl", ".json", ".npy", ".bin")
UNKNOWN = "Its name must end in .ndjson or .npy, or in .jsonl, .json or .bin; .gz may follow all but .npy."
GZIP = b"\x1f\x8b"
MAX_UNPACKED = 50  # times its size; official files unpack to five times theirs
SMALL_BYTES = 1 << 24  # which any file may unpack to

# Quick, Draw!'s bucket and browsers that save from it write full/numpy_bitmap/cat.npy in these ways.
_FOLDER = re.compile(r"full(_|/|%2f)(numpy_bitmap|simplified|raw|binary)\1", re.IGNORECASE)


def ending_of(name: str) -> str | None:
    """Return which of ENDINGS a file's name has, in any case, with or without .gz; None for others."""
    lower = name.lower().removesuffix(".gz")
    return next((ending for ending in ENDINGS if lower.endswith(ending)), None)


def class_of_file(name: str) -> str:
    """Return what class a file says by its name, as exports, Quick, Draw! and browsers write it."""
    base = PurePath(name).name
    stem = base[: base.lower().rindex(ending_of(name) or "")]
    return unquote(_FOLDER.sub("", stem, count=1))


def read_rows(file: IO[bytes], name: str, most: int | None = None) -> Iterator[Row]:
    """Yield the rows of a seekable file. Raises InvalidFile, OSError, also after some rows.

    most: bytes that a gz file may unpack to; by default 50 times its size.
    """
    ending = ending_of(name)
    if ending is None:
        raise InvalidFile(UNKNOWN)
    size = file.seek(0, 2)
    file.seek(0)
    is_packed = file.read(len(GZIP)) == GZIP  # whatever its name says; browsers unpack some
    file.seek(0)
    if ending == ".npy":
        return read_npy(file, class_of_file(name))
    if is_packed:
        file = BufferedReader(_Unpacked(file, most or max(SMALL_BYTES, MAX_UNPACKED * size)))
    if ending == ".bin":
        return read_packed(file, class_of_file(name))
    return read_lines(file, is_json=ending == ".json")


class _Unpacked(RawIOBase):
    """What a gz file holds, up to a number of bytes."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = gzip.GzipFile(fileobj=file)
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._file.read(len(view))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InvalidFile(f"It is no gz file, or damaged: {error}") from error
        self._left -= len(data)
        if self._left < 0:
            raise InvalidFile("It unpacks to far more than its size; unpack it yourself if that is right.")
        view[: len(data)] = data
        return len(data)

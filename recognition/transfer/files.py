"""Reads files of drawings of every kind that is taken, row by row, in constant memory."""

from __future__ import annotations

import gzip
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BufferedReader, RawIOBase
from pathlib import PurePath
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from recognition.transfer.npy import read_npy
from recognition.transfer.packing import read_packed
from recognition.transfer.read_json import read_lines
from recognition.transfer.rows import InvalidFile, Row

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ZIP = ".zip"
ENDINGS = (".ndjson", ".jsonl", ".json", ".npy", ".bin", ZIP)
UNKNOWN = "Its name must end in .ndjson or .npy, or in .jsonl, .json, .bin or .zip; .gz may follow what has strokes."
GZIP = b"\x1f\x8b"
MAX_UNPACKED = 50  # times its size; official files unpack to five times theirs
SMALL_BYTES = 1 << 24  # which any file may unpack to
BOMB = "It unpacks to far more than its size; unpack it yourself if that is right."
FOLDERS = ("raw", "simplified", "binary", "numpy_bitmap")  # of an export; of the same drawing, the first is the best

# Quick, Draw!'s bucket and browsers that save from it write full/numpy_bitmap/cat.npy in these ways.
_FOLDER = re.compile(r"^.*full(_|/|%2f)(numpy_bitmap|simplified|raw|binary)\1|^numpy_bitmap_", re.IGNORECASE)
_NUMBER = re.compile(r" ?\(\d+\)$")  # of a file that was saved twice; an export escapes parentheses


def ending_of(name: str) -> str | None:
    """Return which of ENDINGS a file's name has, in any case, with or without .gz; None for others."""
    lower = name.lower().removesuffix(".gz")
    return next((ending for ending in ENDINGS if lower.endswith(ending)), None)


def class_of_file(name: str) -> str:
    """Return what class a file says by its name, as exports, Quick, Draw! and browsers write it."""
    base = PurePath(name).name
    stem = base[: base.lower().rindex(ending_of(name) or "")]
    return unquote(_NUMBER.sub("", _FOLDER.sub("", stem, count=1)))


def best_first(names: Iterable[str]) -> list[str]:
    """Return the names of those files that hold drawings, those of an export that know most about them first."""
    ranks = {folder: rank for rank, folder in enumerate(FOLDERS)}
    visible = [name for name in names if ending_of(name) and not PurePath(name).name.startswith(".")]  # macOS adds some
    return sorted(visible, key=lambda name: (ranks.get(PurePath(name).parent.name, 0), name))


def read_rows(file: IO[bytes], name: str, most: int | None = None) -> Iterator[Row]:
    """Yield the rows of a seekable file. Raises InvalidFile, OSError, also after some rows.

    most: bytes that a gz or zip file may unpack to; by default 50 times its size.
    """
    ending = ending_of(name)
    if ending is None:
        raise InvalidFile(UNKNOWN)
    size = file.seek(0, 2)
    file.seek(0)
    is_packed = file.read(len(GZIP)) == GZIP  # whatever its name says; browsers unpack some
    file.seek(0)
    most = most or max(SMALL_BYTES, MAX_UNPACKED * size)
    if ending == ZIP:
        return _read_zip(file, most)
    if ending == ".npy":
        return read_npy(file, class_of_file(name))
    if is_packed:
        file = BufferedReader(_Unpacked(file, most))
    if ending == ".bin":
        return read_packed(file, class_of_file(name))
    return read_lines(file, is_json=ending == ".json")


def _read_zip(file: IO[bytes], most: int) -> Iterator[Row]:
    """Yield the rows of all files of drawings in a zip, numbered from the first to the last."""
    try:
        with ZipFile(file) as archive:
            names = best_first(name for name in archive.namelist() if ending_of(name) != ZIP)
            if not names:
                raise InvalidFile("It holds no files of drawings.")
            if sum(archive.getinfo(name).file_size for name in names) > most:
                raise InvalidFile(BOMB)
            number = 0
            for name in names:
                with archive.open(name) as packed, tempfile.TemporaryFile() as whole:
                    shutil.copyfileobj(packed, whole)  # no more than it says to have
                    for row in read_rows(whole, name, most):
                        number += 1
                        yield replace(row, number=number)
    except (BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError) as error:
        raise InvalidFile(f"It is no zip file, or damaged: {error}") from error


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
            raise InvalidFile(BOMB)
        view[: len(data)] = data
        return len(data)

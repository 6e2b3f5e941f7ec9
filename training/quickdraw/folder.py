"""The folder of official files on this host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.imaging.strokes import Strokes
from training.quickdraw.catalog import Format, candidate_paths, official_name
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.ndjson import count_lines, read_drawings
from training.quickdraw.npy import open_bitmaps, read_header


@dataclass(frozen=True)
class QuickDrawFolder:
    """A folder of official files, laid out as in the bucket or flat. This class only reads it."""

    root: Path

    def find(self, name: str, form: Format) -> Path | None:
        """Return the file of a category, if there is one."""
        if not _is_file_name(name):
            return None
        paths = map(self.root.joinpath, candidate_paths(official_name(name), form))
        return next((path for path in paths if path.is_file()), None)

    def bitmaps(self, name: str) -> npt.NDArray[np.uint8]:
        """Return the bitmaps of a category: uint8 (n, 784), white ink on black, memory-mapped and read-only.

        Raises MissingFile, CorruptFile.
        """
        return _open_bitmaps(self._require(name, Format.NPY))

    def near_bitmaps(self, name: str) -> npt.NDArray[np.uint8]:
        """Return bitmaps close to official ones, uint8 (n, 784), possibly none: to train on, never to test on.

        Raises CorruptFile.
        """
        path = self.root / "near" / Format.NPY.folder / f"{official_name(name)}.npy"
        if not _is_file_name(name) or not path.is_file():
            return np.empty((0, 784), dtype=np.uint8)
        return _open_bitmaps(path)

    def drawings(self, name: str) -> Iterator[Strokes]:
        """Yield the simplified strokes of a category; line i is the drawing in row i of its bitmaps.

        Raises MissingFile at once, and CorruptFile, which names the line, when it reaches a bad line.
        """
        return _read_drawings(self._require(name, Format.NDJSON), official_name(name))

    def count_rows(self, name: str, form: Format) -> int:
        """Count the rows of a category in one format. Raises MissingFile, CorruptFile."""
        path = self._require(name, form)
        with _error_context(path):
            return read_header(path).rows if form is Format.NPY else count_lines(path, official_name(name))

    def _require(self, name: str, form: Format) -> Path:
        if path := self.find(name, form):
            return path
        raise MissingFile(f"no {form} file of “{name}” in {self.root}")


def _is_file_name(name: str) -> bool:
    """Tell whether a class name can be a file name: file systems allow 255 bytes and no slash.

    Only classes that this site adds can have other names.
    """
    return "/" not in name and "\0" not in name and len(name.encode()) <= 200


@contextmanager
def _error_context(path: Path) -> Iterator[None]:
    """Add the path to the messages of errors, and turn OSError into CorruptFile."""
    try:
        yield
    except CorruptFile as error:
        raise CorruptFile(f"{path}: {error}") from error
    except OSError as error:
        raise CorruptFile(f"{path}: {error.strerror}") from error


def _open_bitmaps(path: Path) -> npt.NDArray[np.uint8]:
    with _error_context(path):
        return open_bitmaps(path)


def _read_drawings(path: Path, name: str) -> Iterator[Strokes]:
    with _error_context(path):
        yield from read_drawings(path, name)

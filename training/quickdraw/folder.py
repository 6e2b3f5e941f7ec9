"""The folder of official files on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.imaging.strokes import Strokes
from training.quickdraw.catalog import Format, candidate_paths
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.ndjson import count_lines, read_drawings
from training.quickdraw.npy import open_bitmaps, read_header


@dataclass(frozen=True)
class QuickDrawFolder:
    """Official files, as the bucket lays them out or simply side by side. It is only read, never written."""

    root: Path

    def find(self, name: str, form: Format) -> Path | None:
        """Return the file of a category, if there is one."""
        if not _could_be_a_file(name):
            return None
        return next((path for path in map(self.root.joinpath, candidate_paths(name, form)) if path.is_file()), None)

    def bitmaps(self, name: str) -> npt.NDArray[np.uint8]:
        """Return the bitmaps of a category, uint8 (n, 784), white ink on black, mapped into memory and read-only.

        Raises MissingFile, CorruptFile.
        """
        return _open_bitmaps(self._existing(name, Format.NPY))

    def near_bitmaps(self, name: str) -> npt.NDArray[np.uint8]:
        """Return bitmaps close to official ones, uint8 (n, 784), possibly none: for training, never for a test.

        Raises CorruptFile.
        """
        path = self.root / "near" / Format.NPY.folder / f"{name}.npy"
        if not _could_be_a_file(name) or not path.is_file():
            return np.empty((0, 784), dtype=np.uint8)
        return _open_bitmaps(path)

    def drawings(self, name: str) -> Iterator[Strokes]:
        """Yield the simplified strokes of a category; line i drew row i of its bitmaps, as far as both go.

        Raises MissingFile at once; CorruptFile, which names the line, when it gets there.
        """
        return _read_drawings(self._existing(name, Format.NDJSON), name)

    def count_rows(self, name: str, form: Format) -> int:
        """Return how many rows a category has in one form. Raises MissingFile, CorruptFile."""
        path = self._existing(name, form)
        with _naming(path):
            return read_header(path).rows if form is Format.NPY else count_lines(path, name)

    def _existing(self, name: str, form: Format) -> Path:
        if path := self.find(name, form):
            return path
        raise MissingFile(f"no {form} file of “{name}” in {self.root}")


def _could_be_a_file(name: str) -> bool:
    """Tell a name apart that only a class of our own can have: file systems allow 255 bytes and no slash."""
    return "/" not in name and "\0" not in name and len(name.encode()) <= 200


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except CorruptFile as error:
        raise CorruptFile(f"{path}: {error}") from error
    except OSError as error:
        raise CorruptFile(f"{path}: {error.strerror}") from error


def _open_bitmaps(path: Path) -> npt.NDArray[np.uint8]:
    with _naming(path):
        return open_bitmaps(path)


def _read_drawings(path: Path, name: str) -> Iterator[Strokes]:
    with _naming(path):
        yield from read_drawings(path, name)

"""Labelled drawings by the million: an index in memory, pixels that are read from their files when they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from training.quickdraw.npy import release_pages

Pixels = npt.NDArray[np.uint8]  # (n, 784)


@dataclass(frozen=True)
class Part:
    """Drawings of one class from one source: rows of an array, which may be a mapped file of any size."""

    target: int  # index of the label
    source: Pixels
    rows: npt.NDArray[np.int32]


class Drawings:
    """Drawings with their targets, int32 (n,), which index the labels. Takes 10 bytes of memory a drawing."""

    def __init__(self, parts: Sequence[Part]) -> None:
        sizes = [len(part.rows) for part in parts]
        self._files = [part.source for part in parts]
        self._sources = [part.source.view(np.ndarray) for part in parts]  # a memmap's own indexing is slow
        # Drawing i is row _rows[i] of _sources[_source_of[i]]: 2 + 4 bytes, and 4 for its target.
        self._source_of = np.repeat(np.arange(len(parts), dtype=np.int16), sizes)
        self._rows = np.concatenate([np.empty(0, np.int32), *(part.rows for part in parts)])
        self.targets = np.repeat(np.array([part.target for part in parts], np.int32), sizes)

    def select(self, mask: npt.NDArray[np.bool_]) -> Drawings:
        """Return the drawings where the mask, (n,), is true, in the same order."""
        selection = copy(self)  # shares the sources
        selection._source_of, selection._rows = self._source_of[mask], self._rows[mask]
        selection.targets = self.targets[mask]
        return selection

    def first_of_each_class(self, count: int) -> Drawings:
        """Return the first `count` drawings of each class."""
        order = np.argsort(self.targets, kind="stable")
        counts = np.bincount(self.targets)
        # rank[i]: how many drawings of the same class come before drawing i. In `order`, each class is one run.
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.select(rank < count)

    def __len__(self) -> int:
        return len(self.targets)

    def pixels(self, indices: npt.NDArray[np.integer]) -> Pixels:
        """Read drawings: uint8 (len(indices), 784)."""
        pixels = np.empty((len(indices), SIZE * SIZE), np.uint8)
        places = zip(self._source_of[indices].tolist(), self._rows[indices].tolist(), strict=True)
        for position, (source, row) in enumerate(places):
            pixels[position] = self._sources[source][row]
        return pixels

    def batches(self, size: int = 4096) -> Iterator[tuple[Pixels, npt.NDArray[np.int32]]]:
        """Yield all drawings in order with their targets, `size` at a time: uint8 (size, 784) and int32 (size,).

        Memory does not grow with the number of drawings.
        """
        for start in range(0, len(self), size):
            indices = np.arange(start, min(start + size, len(self)))
            yield self.pixels(indices), self.targets[indices]
            self.release_pages()

    def release_pages(self) -> None:
        """Drop the pages of mapped files that were read from this process's memory."""
        for file in self._files:
            release_pages(file)

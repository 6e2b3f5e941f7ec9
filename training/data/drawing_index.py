"""Labelled drawings by the million: an index in memory, the pixels where they are, read when they are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from training.quickdraw.npy import forget

Pixels = npt.NDArray[np.uint8]  # (n, 784)


@dataclass(frozen=True)
class Part:
    """Drawings of one class out of one source: rows of an array that may be a mapped file of any size."""

    target: int  # index of the label
    source: Pixels
    rows: npt.NDArray[np.int32]


class Drawings:
    """Drawings and their targets, int32 (n,), which index the labels. Takes 10 bytes of memory a drawing."""

    def __init__(self, parts: Sequence[Part]) -> None:
        sizes = [len(part.rows) for part in parts]
        self._files = [part.source for part in parts]
        self._sources = [part.source.view(np.ndarray) for part in parts]  # a memmap's own indexing is slow
        self._source_of = np.repeat(np.arange(len(parts), dtype=np.int16), sizes)
        self._rows = np.concatenate([np.empty(0, np.int32), *(part.rows for part in parts)])
        self.targets = np.repeat(np.array([part.target for part in parts], np.int32), sizes)

    def only(self, chosen: npt.NDArray[np.bool_]) -> Drawings:
        """Return some of the drawings, in the same order. chosen: (n,)."""
        some = copy(self)
        some._source_of, some._rows, some.targets = self._source_of[chosen], self._rows[chosen], self.targets[chosen]
        return some

    def __len__(self) -> int:
        return len(self.targets)

    def pixels(self, indices: npt.NDArray[np.integer]) -> Pixels:
        """Read drawings: uint8 (len(indices), 784)."""
        pixels = np.empty((len(indices), SIZE * SIZE), np.uint8)
        places = zip(self._source_of[indices].tolist(), self._rows[indices].tolist(), strict=True)
        for position, (source, row) in enumerate(places):
            pixels[position] = self._sources[source][row]
        return pixels

    def sweep(self, size: int = 4096) -> Iterator[tuple[Pixels, npt.NDArray[np.int32]]]:
        """Yield all drawings in order with their targets, `size` at a time; memory does not grow with their number."""
        for start in range(0, len(self), size):
            indices = np.arange(start, min(start + size, len(self)))
            yield self.pixels(indices), self.targets[indices]
            self.forget()

    def forget(self) -> None:
        """Take the pages of mapped files that were read out of this process's memory."""
        for file in self._files:
            forget(file)

"""A confusion matrix as a picture: a row is what drawings are, a column what a version said they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

WIDTH = 640  # pixels that the picture takes on the screen at most, unless cells would be too small to hit
CELLS = (2, 40)  # pixels a side, at least and at most
RIGHT, WRONG = (54, 150, 100), (222, 84, 60)  # readable on light and on dark paper; how much, the opacity says


@dataclass(frozen=True)
class Matrix:
    labels: Sequence[str]
    counts: npt.NDArray[np.int64]  # (labels, labels)

    @classmethod
    def of(cls, labels: Sequence[str], measured: Mapping[str, Any]) -> Matrix:
        """Read the matrix out of what `training.evaluation.metrics.measure` stored."""
        classes = measured.get("classes", {})
        return cls.of_pairs(
            labels, {(label, said): count for label, one in classes.items() for said, count in one["said"].items()}
        )

    @classmethod
    def of_pairs(cls, labels: Sequence[str], pairs: Mapping[tuple[str, str], int]) -> Matrix:
        """Count {(is, said): times}; pairs with a class that is not among the labels have no cell."""
        index = {label: place for place, label in enumerate(labels)}
        counts = np.zeros((len(labels), len(labels)), np.int64)
        for (label, said), count in pairs.items():
            if label in index and said in index:
                counts[index[label], index[said]] = count
        return cls(labels, counts)

    @property
    def cell(self) -> int:
        """Return how many pixels of the screen a side of a cell takes."""
        smallest, largest = CELLS
        return max(smallest, min(largest, WIDTH // len(self.labels)))

    @property
    def width(self) -> int:
        return self.cell * len(self.labels)

    def png(self) -> bytes:
        """Return one pixel for each cell; the browser enlarges it."""
        share = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        pixels = np.empty((*share.shape, 4), np.uint8)
        pixels[..., :3] = np.where(np.eye(len(share), dtype=bool)[..., np.newaxis], RIGHT, WRONG)
        pixels[..., 3] = np.sqrt(share) * 255  # by the root, so that 1 % can be seen
        file = BytesIO()
        Image.fromarray(pixels).save(file, "PNG", optimize=True)
        return file.getvalue()

    def worst(self, most: int) -> list[tuple[str, str, int]]:
        """Return what was most often taken for what: (is, said, times)."""
        mistakes = self.counts * (1 - np.eye(len(self.counts), dtype=np.int64))
        order = np.argsort(-mistakes, axis=None, kind="stable")[:most]
        places = [np.unravel_index(place, mistakes.shape) for place in order]
        return [
            (self.labels[row], self.labels[column], int(mistakes[row, column]))
            for row, column in places
            if mistakes[row, column]
        ]

"""A confusion matrix as an image: rows are the drawings' classes, columns the version's predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

MAX_WIDTH_PIXELS = 640  # on the screen, unless the cells would become too small to click
MIN_CELL_PIXELS, MAX_CELL_PIXELS = 2, 40  # a side
RIGHT_RGB, WRONG_RGB = (54, 150, 100), (222, 84, 60)  # readable on light and dark backgrounds


@dataclass(frozen=True)
class ConfusionMatrix:
    labels: Sequence[str]
    counts: npt.NDArray[np.int64]  # (labels, labels)

    @classmethod
    def from_metrics(cls, labels: Sequence[str], metrics: Mapping[str, Any]) -> ConfusionMatrix:
        """Read the matrix from the stored metrics of `training.evaluation.metrics.compute_metrics`."""
        classes = metrics.get("classes", {})
        counts = {(label, said): count for label, entry in classes.items() for said, count in entry["said"].items()}
        return cls.from_counts(labels, counts)

    @classmethod
    def from_counts(cls, labels: Sequence[str], counts: Mapping[tuple[str, str], int]) -> ConfusionMatrix:
        """Make a matrix from {(label, said): count}. Pairs with a class that is not in `labels` are ignored."""
        index = {label: position for position, label in enumerate(labels)}
        matrix = np.zeros((len(labels), len(labels)), np.int64)
        for (label, said), count in counts.items():
            if label in index and said in index:
                matrix[index[label], index[said]] = count
        return cls(labels, matrix)

    @property
    def cell(self) -> int:
        """Return the side of a cell in pixels of the screen."""
        return max(MIN_CELL_PIXELS, min(MAX_CELL_PIXELS, MAX_WIDTH_PIXELS // len(self.labels)))

    @property
    def width(self) -> int:
        return self.cell * len(self.labels)

    def png(self) -> bytes:
        """Return a PNG with one pixel for each cell; the browser enlarges it."""
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)  # (labels, labels), of each row
        pixels = np.empty((*shares.shape, 4), np.uint8)
        is_right = np.eye(len(shares), dtype=bool)[..., np.newaxis]
        pixels[..., :3] = np.where(is_right, RIGHT_RGB, WRONG_RGB)
        # The opacity is the share. Its square root makes 1 % visible.
        pixels[..., 3] = np.sqrt(shares) * 255
        file = BytesIO()
        Image.fromarray(pixels).save(file, "PNG", optimize=True)
        return file.getvalue()

    def worst(self, limit: int) -> list[tuple[str, str, int]]:
        """Return the most frequent confusions as (label, said, count)."""
        mistakes = self.counts * (1 - np.eye(len(self.counts), dtype=np.int64))
        order = np.argsort(-mistakes, axis=None, kind="stable")[:limit]
        cells = [np.unravel_index(position, mistakes.shape) for position in order]
        return [
            (self.labels[row], self.labels[column], int(mistakes[row, column]))
            for row, column in cells
            if mistakes[row, column]
        ]

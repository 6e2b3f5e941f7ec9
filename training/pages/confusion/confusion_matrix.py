"""A confusion matrix as an image: rows are the drawings' classes, columns the version's predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

CELL_PIXELS = 12  # a side of a cell on the screen: a line of small text, for the class's name; see css/models.css
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
    def width(self) -> int:
        """Return the side of the picture in pixels of the screen."""
        return CELL_PIXELS * len(self.labels)

    def select(self, labels: Sequence[str]) -> ConfusionMatrix:
        """Return the matrix of some of the labels, in this order."""
        index = {label: position for position, label in enumerate(self.labels)}
        rows = [index[label] for label in labels]
        return ConfusionMatrix(labels, self.counts[np.ix_(rows, rows)])

    @property
    def confusions(self) -> npt.NDArray[np.int64]:
        """Return how often two classes are taken for each other, in both directions: (labels, labels), symmetric."""
        mistakes = self._mistakes()
        return mistakes + mistakes.T

    def similar_neighbours(self) -> list[str]:
        """Return the labels in an order that has classes side by side that are taken for each other.

        Single-linkage clustering: from the most frequent confusion to the rarest, the groups of its two classes are
        joined; the smaller one comes right after the class that it is confused with.
        """
        groups = {position: [position] for position in range(len(self.labels))}
        confusions = np.triu(self.confusions)
        for cell in np.argsort(-confusions, axis=None, kind="stable")[: np.count_nonzero(confusions)].tolist():
            pair = divmod(cell, len(self.labels))
            one, other = sorted(pair, key=lambda position: -len(groups[position]))
            if groups[one] is not groups[other]:
                place = groups[one].index(one) + 1
                groups[one][place:place] = groups[other]
                groups |= dict.fromkeys(groups[other], groups[one])
        # A group stands where its first class stands.
        order = dict.fromkeys(index for position in range(len(self.labels)) for index in groups[position])
        return [self.labels[index] for index in order]

    def most_confused(self, limit: int) -> list[str]:
        """Return at most `limit` labels, those of the most frequent confusions, and others that have drawings."""
        confused = (label for pair in self.worst(limit**2) for label in pair[:2])
        drawn = (label for label, count in zip(self.labels, self.counts.sum(axis=1), strict=True) if count)
        return list(islice(dict.fromkeys([*confused, *drawn]), limit))

    def confused_with(self, label: str, limit: int) -> list[str]:
        """Return a label, and at most `limit` - 1 that it is taken for, or that are taken for it, most often first."""
        confusions = self.confusions[self.labels.index(label)]
        others = [self.labels[index] for index in np.argsort(-confusions, kind="stable") if confusions[index]]
        return [label, *others[: limit - 1]]

    def png(self) -> bytes:
        """Return a PNG with one pixel for each cell; the browser enlarges it."""
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)  # (labels, labels), of each row
        pixels = np.empty((*shares.shape, 4), np.uint8)
        is_right = np.eye(len(shares), dtype=bool)[..., np.newaxis]
        pixels[..., :3] = np.where(is_right, RIGHT_RGB, WRONG_RGB)
        # The opacity is the share. Its square root makes 1 % visible.
        pixels[..., 3] = np.sqrt(shares) * 255
        file = BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()

    def worst(self, limit: int) -> list[tuple[str, str, int]]:
        """Return the most frequent confusions as (label, said, count)."""
        mistakes = self._mistakes()
        order = np.argsort(-mistakes, axis=None, kind="stable")[:limit]
        cells = [np.unravel_index(position, mistakes.shape) for position in order]
        return [
            (self.labels[row], self.labels[column], int(mistakes[row, column]))
            for row, column in cells
            if mistakes[row, column]
        ]

    def _mistakes(self) -> npt.NDArray[np.int64]:
        return self.counts * (1 - np.eye(len(self.counts), dtype=np.int64))

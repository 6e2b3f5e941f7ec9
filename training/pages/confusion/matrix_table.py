"""A confusion matrix of a few classes as a table: the number in each cell, and how dark it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from training.pages.confusion.confusion_matrix import ConfusionMatrix

MAX_CLASSES = 16  # of which the table fits a page
LEVELS = 8  # of darkness, in css/models.css


@dataclass(frozen=True)
class Cell:
    said: str
    count: int
    level: int  # of darkness: 0 where the count is 0, up to LEVELS
    is_right: bool


@dataclass(frozen=True)
class Row:
    label: str
    cells: Sequence[Cell]
    others: int  # taken for classes that are not in the table


@dataclass(frozen=True)
class MatrixTable:
    labels: Sequence[str]
    rows: Sequence[Row]


def most_confused_classes(matrix: ConfusionMatrix) -> MatrixTable:
    """Return the table of the classes that are most often confused, similar ones side by side."""
    return _table(matrix, matrix.select(matrix.most_confused(MAX_CLASSES)).similar_neighbours())


def around_class(matrix: ConfusionMatrix, label: str) -> MatrixTable:
    """Return the table of a class, and of those that it is most often confused with."""
    return _table(matrix, matrix.confused_with(label, MAX_CLASSES))


def _table(matrix: ConfusionMatrix, labels: Sequence[str]) -> MatrixTable:
    totals = dict(zip(matrix.labels, matrix.counts.sum(axis=1).tolist(), strict=True))
    rows = zip(labels, matrix.select(labels).counts.tolist(), strict=True)
    return MatrixTable(labels, [_row(label, labels, counts, totals[label]) for label, counts in rows])


def _row(label: str, labels: Sequence[str], counts: Sequence[int], total: int) -> Row:
    cells = [
        # The square root makes 1 % visible, as in the picture of the whole matrix.
        Cell(said, count, ceil(sqrt(count / max(1, total)) * LEVELS), said == label)
        for said, count in zip(labels, counts, strict=True)
    ]
    return Row(label, cells, total - sum(counts))

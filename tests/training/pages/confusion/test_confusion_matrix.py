from __future__ import annotations

import numpy as np

from training.pages.confusion.confusion_matrix import ConfusionMatrix

LABELS = ["cat", "dog", "fish"]


def matrix() -> ConfusionMatrix:
    said = {"cat": {"cat": 5, "dog": 2}, "fish": {"fish": 1, "cat": 3}}
    return ConfusionMatrix.from_metrics(LABELS, {"classes": {label: {"said": row} for label, row in said.items()}})


def test_rows_are_what_it_is_and_columns_what_was_said() -> None:
    np.testing.assert_array_equal(matrix().counts, [[5, 2, 0], [0, 0, 0], [3, 0, 1]])


def test_the_worst_confusions_come_first_and_right_answers_are_none() -> None:
    assert matrix().worst(10) == [("fish", "cat", 3), ("cat", "dog", 2)]
    assert matrix().worst(1) == [("fish", "cat", 3)]


def test_cells_of_345_classes_can_still_be_seen() -> None:
    large = ConfusionMatrix([str(number) for number in range(345)], np.zeros((345, 345), np.int64))
    assert large.cell == 2
    assert matrix().cell == 40

from __future__ import annotations

from training.pages.confusion.confusion_matrix import ConfusionMatrix
from training.pages.confusion.matrix_table import LEVELS, MAX_CLASSES, around_class, most_confused_classes


def matrix() -> ConfusionMatrix:
    """A class that is taken for each of 29 others, and those others, which are always recognized."""
    labels = ["blob", *(f"class {number}" for number in range(29))]
    counts = {("blob", label): 30 - number for number, label in enumerate(labels)}
    return ConfusionMatrix.from_counts(labels, counts | {(label, label): 10 for label in labels[1:]})


def test_the_table_has_as_many_classes_as_a_page_can_show() -> None:
    table = most_confused_classes(matrix())
    assert len(table.labels) == len(table.rows) == MAX_CLASSES
    assert {"blob", "class 0", "class 14"} <= set(table.labels)


def test_a_row_counts_what_is_taken_for_classes_that_are_not_shown() -> None:
    first = around_class(matrix(), "blob").rows[0]
    assert [cell.count for cell in first.cells] == list(range(30, 14, -1))
    assert first.others == sum(range(1, 15))


def test_a_cell_is_the_darker_the_larger_its_share_of_the_row() -> None:
    table = around_class(matrix(), "class 3")
    assert [(cell.said, cell.level, cell.is_right) for cell in table.rows[0].cells] == [
        ("class 3", LEVELS, True),
        ("blob", 0, False),
    ]
    assert [cell.level for cell in table.rows[1].cells] == [2, 3]

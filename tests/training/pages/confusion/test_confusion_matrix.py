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


def test_classes_that_are_confused_stand_side_by_side() -> None:
    counts = {("a", "d"): 9, ("b", "e"): 5, ("f", "d"): 1}
    order = ConfusionMatrix.from_counts(["a", "b", "c", "d", "e", "f"], counts).similar_neighbours()
    assert order == ["a", "d", "f", "b", "e", "c"]


def test_every_class_of_many_has_its_place_in_that_order() -> None:
    labels = [str(number) for number in range(345)]
    counts = np.random.default_rng(0).poisson(0.1, (345, 345))
    assert sorted(ConfusionMatrix(labels, counts).similar_neighbours()) == sorted(labels)


def test_some_classes_can_be_taken_out_in_any_order() -> None:
    some = matrix().select(["fish", "cat"])
    assert some.labels == ["fish", "cat"]
    np.testing.assert_array_equal(some.counts, [[1, 3], [0, 5]])


def test_the_most_confused_classes_are_those_of_the_most_frequent_confusions() -> None:
    assert matrix().most_confused(2) == ["fish", "cat"]


def test_classes_without_drawings_are_not_among_them() -> None:
    never = ConfusionMatrix.from_counts(LABELS, {("cat", "cat"): 1})
    assert never.most_confused(3) == ["cat"]


def test_a_class_comes_with_those_it_is_taken_for_and_that_are_taken_for_it() -> None:
    assert matrix().confused_with("cat", 3) == ["cat", "fish", "dog"]
    assert matrix().confused_with("cat", 2) == ["cat", "fish"]
    assert matrix().confused_with("dog", 3) == ["dog", "cat"]

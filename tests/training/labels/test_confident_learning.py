from __future__ import annotations

import numpy as np
import pytest

from training.labels.confident_learning import LabelProbabilities, class_thresholds, find_label_issues


def beliefs(label: int, *rows: list[float]) -> LabelProbabilities:
    return LabelProbabilities.from_probabilities(np.array(rows, np.float32).reshape(-1, 3), label)


# Class 0 is known well, class 1 badly: its average self-confidence is 0.5. Of class 2 there is nothing.
SURE = beliefs(0, [0.9, 0.1, 0.0], [1.0, 0.0, 0.0], [0.2, 0.6, 0.2])
UNSURE = beliefs(1, [0.4, 0.6, 0.0], [0.6, 0.4, 0.0], [0.72, 0.28, 0.0], [0.0, 0.72, 0.28])
NONE = beliefs(2)


def test_a_threshold_is_the_average_self_confidence() -> None:
    assert class_thresholds([SURE, UNSURE, NONE]).tolist() == pytest.approx([0.7, 0.5, np.inf])


def test_what_reaches_another_classs_threshold_is_suspected() -> None:
    found = find_label_issues(SURE, 0, class_thresholds([SURE, UNSURE, NONE]))
    assert (found.rows.tolist(), found.suggested.tolist()) == ([2], [1])
    assert found.margin.tolist() == pytest.approx([0.4])


def test_a_class_that_the_network_is_sure_of_needs_more() -> None:
    """0.6 for class 0 is the likeliest, but less than what drawings of that class usually get; 0.72 is enough."""
    found = find_label_issues(UNSURE, 1, class_thresholds([SURE, UNSURE, NONE]))
    assert (found.rows.tolist(), found.suggested.tolist()) == ([2], [0])


def test_a_label_that_reaches_its_own_threshold_wins_when_it_is_likelier() -> None:
    both = beliefs(0, [0.5, 0.45, 0.05])
    assert not len(find_label_issues(both, 0, np.array([0.4, 0.4, 0.4], np.float32)).rows)


def test_a_class_without_drawings_has_no_suspects_and_is_never_suggested() -> None:
    levels = class_thresholds([SURE, UNSURE, NONE])
    assert not len(find_label_issues(NONE, 2, levels).rows)
    assert not len(find_label_issues(beliefs(0, [0.0, 0.0, 1.0]), 0, levels).rows)


def test_parts_are_joined_in_order() -> None:
    joined = LabelProbabilities.concatenate([UNSURE, NONE, SURE])
    assert joined.self_confidence.tolist() == [*UNSURE.self_confidence.tolist(), *SURE.self_confidence.tolist()]
    assert joined.rivals.shape == (7, 2)


def test_two_classes_are_enough() -> None:
    only = LabelProbabilities.from_probabilities(np.array([[0.1, 0.9]], np.float32), 0)
    found = find_label_issues(only, 0, np.array([0.5, 0.5], np.float32))
    assert found.suggested.tolist() == [1]

from __future__ import annotations

import numpy as np
import pytest

from training.labels.confident_learning import Beliefs, suspicions, thresholds


def beliefs(label: int, *rows: list[float]) -> Beliefs:
    return Beliefs.of(np.array(rows, np.float32).reshape(-1, 3), label)


# Class 0 is known well, class 1 badly: its average self-confidence is 0.5. Of class 2 there is nothing.
SURE = beliefs(0, [0.9, 0.1, 0.0], [1.0, 0.0, 0.0], [0.2, 0.6, 0.2])
UNSURE = beliefs(1, [0.4, 0.6, 0.0], [0.6, 0.4, 0.0], [0.72, 0.28, 0.0], [0.0, 0.72, 0.28])
NONE = beliefs(2)


def test_a_threshold_is_the_average_self_confidence() -> None:
    assert thresholds([SURE, UNSURE, NONE]).tolist() == pytest.approx([0.7, 0.5, np.inf])


def test_what_reaches_another_classs_threshold_is_suspected() -> None:
    found = suspicions(SURE, 0, thresholds([SURE, UNSURE, NONE]))
    assert (found.rows.tolist(), found.suggested.tolist()) == ([2], [1])
    assert found.doubt.tolist() == pytest.approx([0.4])


def test_a_class_that_the_network_is_sure_of_needs_more() -> None:
    """0.6 for class 0 is the likeliest, but less than what drawings of that class usually get; 0.72 is enough."""
    found = suspicions(UNSURE, 1, thresholds([SURE, UNSURE, NONE]))
    assert (found.rows.tolist(), found.suggested.tolist()) == ([2], [0])


def test_a_label_that_reaches_its_own_threshold_wins_when_it_is_likelier() -> None:
    both = beliefs(0, [0.5, 0.45, 0.05])
    assert not len(suspicions(both, 0, np.array([0.4, 0.4, 0.4], np.float32)).rows)


def test_a_class_without_drawings_has_no_suspects_and_is_never_suggested() -> None:
    needed = thresholds([SURE, UNSURE, NONE])
    assert not len(suspicions(NONE, 2, needed).rows)
    assert not len(suspicions(beliefs(0, [0.0, 0.0, 1.0]), 0, needed).rows)


def test_parts_are_joined_in_order() -> None:
    joined = Beliefs.joined([UNSURE, NONE, SURE])
    assert joined.own.tolist() == [*UNSURE.own.tolist(), *SURE.own.tolist()]
    assert joined.rivals.shape == (7, 2)


def test_two_classes_are_enough() -> None:
    only = Beliefs.of(np.array([[0.1, 0.9]], np.float32), 0)
    found = suspicions(only, 0, np.array([0.5, 0.5], np.float32))
    assert found.suggested.tolist() == [1]

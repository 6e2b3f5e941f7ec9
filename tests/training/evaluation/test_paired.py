from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.paired import Paired


def paired(candidate: str, reference: str, targets: str = "") -> Paired:
    """Compare answers given as strings of + and -; the targets as digits, all of class 0 by default."""
    right = [np.array([mark == "+" for mark in marks], bool) for marks in (candidate, reference)]
    return Paired(*right, np.array([int(target) for target in targets or "0" * len(candidate)], np.int32))


def test_only_differing_answers_are_uncertain() -> None:
    same = paired("++--" * 100, "++--" * 100).accuracy()
    other = paired("+-+-" * 100, "++--" * 100).accuracy()
    assert (same.mean, same.error) == (0, 0)
    assert other.mean == 0
    assert other.error == pytest.approx(np.sqrt(0.5 / 400))


def test_every_class_weighs_the_same_in_the_macro_recall() -> None:
    difference = paired("++++-", "+++++", "00001").macro_recall()
    assert difference.mean == -0.5


def test_without_drawings_nothing_differs() -> None:
    nothing = paired("", "")
    assert nothing.accuracy().low == nothing.macro_recall().low == 0
    assert nothing.macro_recalls() == (0, 0)
    assert nothing.worse_classes().size == 0


def test_mcnemars_test_counts_the_drawings_that_only_one_recognizes() -> None:
    assert paired("-----" + "+" * 95, "+" * 100).p_value() == pytest.approx(0.5**5)
    assert paired("+-", "-+").p_value() == pytest.approx(0.75)
    assert paired("+" * 50, "-" * 50).p_value() == pytest.approx(1)


def test_a_class_is_worse_only_if_it_is_significant_among_all_classes() -> None:
    lost = "-" * 6 + "+" * 14
    one = paired(lost, "+" * 20)
    assert one.worse_classes().tolist() == [0]
    many = paired(lost + "+" * 20 * 9, "+" * 200, "".join(str(label) * 20 for label in range(10)))
    assert many.worse_classes().tolist() == []


def test_classes_are_chosen_by_their_number_of_drawings() -> None:
    drawings = paired("+++++", "+++++", "00011")
    assert drawings.with_support(3).tolist() == [True, True, True, False, False]

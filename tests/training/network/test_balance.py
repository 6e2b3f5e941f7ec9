from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from training.network.balance import MAX_CLASS_DRAWINGS, MAX_COST, MAX_STRENGTH, adjustment, choose_strength

NEW = 2
COUNTS = np.array([1_000, 1_000, 40])


def logits(leads: list[float]) -> npt.NDArray[np.float32]:
    """Return logits of drawings of class 0. leads: how far its score is above the new class's; class 1 is far below."""
    return np.array([[0.0, -9.0, -lead] for lead in leads], np.float32)


def strength(leads: list[float], new: list[int] | None = None) -> float:
    return choose_strength(logits(leads), np.zeros(len(leads), np.int32), COUNTS, [NEW] if new is None else new)


def test_a_class_with_fewer_drawings_is_raised_more() -> None:
    bias = adjustment(np.array([1_000, 1_000, 40, 400]), [2, 3], 1.0)
    assert bias[:2].tolist() == [0, 0]
    assert bias[2] == pytest.approx(np.log(25))
    assert bias[3] == pytest.approx(np.log(2.5))


def test_a_class_with_more_drawings_than_others_is_not_lowered() -> None:
    assert adjustment(np.array([50, 50, 400]), [NEW], 1.0).tolist() == [0, 0, 0]


def test_new_classes_are_raised_as_long_as_others_pay_little() -> None:
    leads = np.linspace(0.05, 100, 1_000).tolist()
    raised = adjustment(COUNTS, [NEW], strength(leads))[NEW]
    assert 0 < sum(lead <= raised for lead in leads) / 1_000 <= MAX_COST


def test_no_single_class_pays_for_all() -> None:
    leads = np.linspace(0.05, 10, 10_000).tolist()  # of one class, so that 0.3 % would be 30 drawings
    raised = adjustment(COUNTS, [NEW], strength(leads))[NEW]
    assert sum(lead <= raised for lead in leads) <= MAX_CLASS_DRAWINGS


def test_what_a_new_class_takes_without_being_raised_is_part_of_its_price() -> None:
    taken = [-1.0] * 4 + [2.0] * 996  # 0.4 % are lost to the new class already
    assert strength(taken) == 0.0


def test_they_are_not_raised_where_every_bit_costs_too_much() -> None:
    assert strength([0.05] * 100) == 0.0


def test_they_are_never_raised_out_of_all_measure() -> None:
    assert strength([50.0] * 100) == pytest.approx(MAX_STRENGTH)


def test_what_was_wrong_before_cannot_be_lost() -> None:
    wrong = np.array([[0.0, 5.0, -0.05]] * 100, np.float32)  # said to be class 1, is class 0
    assert choose_strength(wrong, np.zeros(100, np.int32), COUNTS, [NEW]) == pytest.approx(MAX_STRENGTH)


def test_without_new_classes_or_validation_drawings_nothing_changes() -> None:
    assert strength([1.0], new=[]) == 0.0
    assert choose_strength(np.empty((0, 3), np.float32), np.empty(0, np.int32), COUNTS, [NEW]) == 0.0

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from training.network.new_class_bias import ACCURACY_COST_PER_DRAWING, MAX_ACCURACY_COST, MAX_BIAS, tune_logit_bias

NEW = 2
MANY = 10_000  # drawings


def logits(leads: list[float]) -> npt.NDArray[np.float32]:
    """Drawings of a known class: how far its score is above that of the new class; the third class is far below."""
    return np.array([[0.0, -9.0, -lead] for lead in leads], np.float32)


def cost(drawings: int) -> float:
    """Return what raising a class with so many drawings loses of another one, of which every drawing is at stake."""
    leads = np.linspace(0.05, 200, 20_000).tolist()
    raised = tune_logit_bias(logits(leads), np.zeros(20_000, np.int32), [NEW], drawings)
    return sum(lead <= raised for lead in leads) / 20_000


def test_a_new_class_is_raised_as_long_as_others_pay_little() -> None:
    assert 0 < cost(50) <= 50 * ACCURACY_COST_PER_DRAWING


def test_a_class_that_was_drawn_more_may_cost_more() -> None:
    assert cost(50) < cost(200) <= MAX_ACCURACY_COST


def test_a_class_never_costs_more_than_the_highest_price() -> None:
    assert cost(MANY) <= MAX_ACCURACY_COST


def test_it_is_not_raised_where_every_bit_costs_too_much() -> None:
    assert tune_logit_bias(logits([0.05] * 100), np.zeros(100, np.int32), [NEW], MANY) == 0.0


def test_it_is_never_raised_out_of_all_measure() -> None:
    assert tune_logit_bias(logits([50.0] * 100), np.zeros(100, np.int32), [NEW], MANY) == pytest.approx(MAX_BIAS)


def test_what_was_wrong_before_cannot_be_lost() -> None:
    wrong = np.array([[0.0, 5.0, -0.05]] * 100, np.float32)  # said to be class 1, is class 0
    assert tune_logit_bias(wrong, np.zeros(100, np.int32), [NEW], MANY) == pytest.approx(MAX_BIAS)


@pytest.mark.parametrize("new", [[], [NEW]])
def test_without_new_classes_or_validation_drawings_nothing_changes(new: list[int]) -> None:
    drawings = logits([1.0]) if not new else logits([])
    targets = np.zeros(len(drawings), np.int32)
    assert tune_logit_bias(drawings.reshape(-1, 3), targets, new, MANY) == 0.0

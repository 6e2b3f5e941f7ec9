from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from training.newcomers import HIGHEST, PRICE, welcome

KNOWN, NEW = 0, 2


def logits(leads: list[float]) -> npt.NDArray[np.float32]:
    """Drawings of a known class: how far its score is above that of the new class; the third class is far below."""
    return np.array([[0.0, -9.0, -lead] for lead in leads], np.float32)


def test_a_new_class_is_raised_as_long_as_others_pay_little() -> None:
    leads = np.linspace(1.05, 200, 2_000).tolist()  # every tenth of a point costs about one drawing
    raised = welcome(logits(leads), np.zeros(2_000, np.int32), [NEW])
    lost = sum(lead <= raised for lead in leads) / 2_000
    assert raised > 1
    assert lost <= PRICE


def test_it_is_not_raised_where_every_bit_costs_too_much() -> None:
    assert welcome(logits([0.05] * 100), np.zeros(100, np.int32), [NEW]) == 0.0


def test_it_is_never_raised_out_of_all_measure() -> None:
    assert welcome(logits([50.0] * 100), np.zeros(100, np.int32), [NEW]) == pytest.approx(HIGHEST)


def test_what_was_wrong_before_cannot_be_lost() -> None:
    wrong = np.array([[0.0, 5.0, -0.05]] * 100, np.float32)  # said to be class 1, is class 0
    assert welcome(wrong, np.zeros(100, np.int32), [NEW]) == pytest.approx(HIGHEST)


@pytest.mark.parametrize("new", [[], [NEW]])
def test_without_new_classes_or_validation_drawings_nothing_changes(new: list[int]) -> None:
    drawings = logits([1.0]) if not new else logits([])
    targets = np.zeros(len(drawings), np.int32)
    assert welcome(drawings.reshape(-1, 3), targets, new) == 0.0

from __future__ import annotations

from math import log

import numpy as np
import pytest

from recognition.registry.sequential_test import MAX_FALSE_ALARM_RATE, is_worse, log_likelihood_ratio


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (0, 7), (5, 15), (30, 60), (200, 150), (3, 0)])
def test_the_evidence_is_the_likelihood_averaged_over_all_worse_candidates(wins: int, losses: int) -> None:
    chances = (np.arange(200_000) + 0.5) / 400_000
    ratios = (2 * chances) ** wins * (2 * (1 - chances)) ** losses
    assert log_likelihood_ratio(wins, losses) == pytest.approx(log(ratios.mean()), abs=1e-6)


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (0, 6), (20, 20), (50, 30), (5_000, 5_000)])
def test_little_or_balanced_evidence_tells_nothing(wins: int, losses: int) -> None:
    assert not is_worse(wins, losses)


@pytest.mark.parametrize(("wins", "losses"), [(0, 7), (3, 16), (30, 60), (4_700, 5_300), (0, 20_000)])
def test_a_clear_majority_of_losses_is_worse(wins: int, losses: int) -> None:
    assert is_worse(wins, losses)


def test_of_candidates_that_are_no_worse_few_are_ever_stopped_though_each_drawing_is_looked_at() -> None:
    assert stopped_within(600, chance_of_winning=0.5) <= MAX_FALSE_ALARM_RATE


def test_of_candidates_that_lose_three_in_four_most_are_stopped_soon() -> None:
    assert stopped_within(50, chance_of_winning=0.25) > 0.85


def stopped_within(drawings: int, *, chance_of_winning: float) -> float:
    """Return the exact probability, by following how many wins there may be after each drawing."""
    stopped, alive = 0.0, np.array([1.0])
    for seen in range(1, drawings + 1):
        grown = np.append(alive, 0.0) * (1 - chance_of_winning)
        grown[1:] += alive * chance_of_winning
        alive = grown
        for wins in np.flatnonzero(alive).tolist():  # fewer wins have been stopped before
            if not is_worse(wins, seen - wins):
                break
            stopped += alive[wins]
            alive[wins] = 0.0
    return stopped

"""A sequential probability ratio test: is the candidate worse than the champion? It may be evaluated at any time.

As in McNemar's test, only drawings count that exactly one of the two models gets right: a win if it is the candidate, a
loss if it is the champion. Null hypothesis: the candidate is no worse, so each result is a win with a probability of at
least 1/2. Alternative: a mixture of all win probabilities p below 1/2, uniformly weighted.

Under the null hypothesis the likelihood ratio is a supermartingale. So the probability that it ever exceeds 20 is at
most 1/20, however often the test is evaluated (Ville 1939; Robbins 1970, Statistical Methods Related to the Law of the
Iterated Logarithm; as an e-value: Grünwald, de Heide and Koolen 2024, Safe Testing).

Simulated: 3.5 % of candidates that are no worse are stopped within 600 such drawings. With a win probability of 1/3,
half of the candidates are stopped within 53; with 1/4, within 23; with 1/10, within 11.
"""

from __future__ import annotations

from math import lgamma, log

import numpy as np
import numpy.typing as npt

MAX_FALSE_ALARM_RATE = 0.05  # of tests whose candidate is no worse, however long they run
THRESHOLD = 1 / MAX_FALSE_ALARM_RATE  # for the likelihood ratio


def is_worse(wins: int, losses: int) -> bool:
    """Tell whether the test rejects the hypothesis that the candidate is no worse."""
    return log_likelihood_ratio(wins, losses) >= log(THRESHOLD)


def log_likelihood_ratio(wins: int, losses: int) -> float:
    """Return the log of the likelihood ratio: averaged over p from 0 to 1/2, against p = 1/2.

    The integral of p^wins (1-p)^losses up to 1/2 is B(wins + 1, losses + 1) times the probability of more than `wins`
    heads in wins + losses + 1 tosses of a coin.
    """
    tosses = wins + losses + 1
    heads = np.arange(wins + 1, tosses + 1)
    chances = lgamma(tosses + 1) - _log_factorials(heads) - _log_factorials(tosses - heads) - tosses * log(2)
    tail = float(np.logaddexp.reduce(chances))
    beta = lgamma(wins + 1) + lgamma(losses + 1) - lgamma(tosses + 1)
    return beta + tail + log(2) + (tosses - 1) * log(2)


def _log_factorials(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.array([lgamma(number + 1) for number in numbers.tolist()])

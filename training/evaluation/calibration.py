"""Calibrates a network's confidence: the temperature for its logits, and the rejection threshold for "I don't know"."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from recognition.inference.results import Calibration, softmax
from training.evaluation.reliability import class_weights

MAX_REJECTED_SHARE = 0.05  # of real validation drawings, averaged over the classes
# Lower values separate scribbles and unknown classes worse, higher ones gain nothing (docs/benchmarks/robustness.md).
SOFTENING = 2.0
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.1, 10.0


def calibrate(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.int32]) -> Calibration:
    """Fit temperature and threshold to the validation split: logits (n, labels), targets (n,).

    The threshold is the highest one that rejects at most 5 % of the real drawings, averaged over the classes. So it
    rejects as many scribbles as that allows.
    """
    if not len(targets):
        return Calibration()
    temperature = fit_temperature(logits, targets)
    calibration = Calibration(temperature, softening=SOFTENING)
    certainty = calibration.certainty(calibration.probabilities(logits))  # (n,)
    return replace(calibration, threshold=_threshold(certainty, targets))


def fit_temperature(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.int32]) -> float:
    """Return the temperature at which the mean confidence is the accuracy.

    Temperature scaling (Guo et al. 2017) minimizes the negative log-likelihood instead, which few very wrong answers
    decide.
    """
    accuracy = float((logits.argmax(axis=1) == targets).mean())

    def excess(log_temperature: float) -> float:
        return float(softmax(logits / np.float32(np.exp(log_temperature))).max(axis=1).mean()) - accuracy

    # Over the logarithm, as a temperature is a factor. The higher it is, the lower the confidence.
    low, high = np.log([MIN_TEMPERATURE, MAX_TEMPERATURE])
    if excess(low) <= 0:
        return MIN_TEMPERATURE
    if excess(high) >= 0:
        return MAX_TEMPERATURE
    return float(np.exp(brentq(excess, low, high, xtol=1e-3)))


def negative_log_likelihood(logits: npt.NDArray[np.floating], targets: npt.NDArray[np.int32]) -> float:
    """Return the mean cross-entropy of logits (n, labels) and targets (n,)."""
    shifted = logits - logits.max(axis=1, keepdims=True)  # log-sum-exp without overflow
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (n, labels)
    return float(-log_probabilities[np.arange(len(targets)), targets].mean())


def _threshold(certainty: npt.NDArray[np.float32], targets: npt.NDArray[np.int32]) -> float:
    weights = class_weights(targets)  # (n,), for a weighted quantile
    order = np.argsort(certainty)
    rejected_share = np.cumsum(weights[order]) / weights.sum()
    return float(certainty[order][np.searchsorted(rejected_share, MAX_REJECTED_SHARE)])

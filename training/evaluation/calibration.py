"""Calibrates a network's confidence: the temperature for its logits, and the rejection threshold for "I don't know"."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from recognition.inference.results import Calibration
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
    """Return the temperature that minimizes the negative log-likelihood (temperature scaling, Guo et al. 2017).

    Every class weighs the same. Otherwise classes with few drawings would stay overconfident.
    """
    weights = class_weights(targets)

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(logits / np.float32(np.exp(log_temperature)), targets, weights)

    # Over the logarithm, as a temperature is a factor; the likelihood has a single minimum.
    bounds = np.log([MIN_TEMPERATURE, MAX_TEMPERATURE])
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def negative_log_likelihood(
    logits: npt.NDArray[np.floating], targets: npt.NDArray[np.int32], weights: npt.NDArray[np.float64] | None = None
) -> float:
    """Return the mean cross-entropy of logits (n, labels) and targets (n,), weighted if there are weights (n,)."""
    shifted = logits - logits.max(axis=1, keepdims=True)  # log-sum-exp without overflow
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (n, labels)
    return float(-np.average(log_probabilities[np.arange(len(targets)), targets], weights=weights))


def _threshold(certainty: npt.NDArray[np.float32], targets: npt.NDArray[np.int32]) -> float:
    weights = class_weights(targets)  # (n,), for a weighted quantile
    order = np.argsort(certainty)
    rejected_share = np.cumsum(weights[order]) / weights.sum()
    return float(certainty[order][np.searchsorted(rejected_share, MAX_REJECTED_SHARE)])

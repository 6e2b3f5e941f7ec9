"""Calibrates a network's confidence: the temperature for its logits, and the rejection threshold for "I don't know"."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from recognition.inference.results import Calibration

MAX_REJECTED_SHARE = 0.05  # of real validation drawings, averaged over the classes
# Lower values separate scribbles and unknown classes worse, higher ones gain nothing (docs/benchmarks/robustness.md).
SOFTENING = 2.0
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.1, 10.0
SEARCH_STEPS = 40  # narrows the temperature to a relative 1e-8
BINS = 15  # usual for the expected calibration error (Guo et al. 2017, On Calibration of Modern Neural Networks)


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
    """Return the temperature that minimizes the negative log-likelihood (temperature scaling, Guo et al. 2017)."""
    # Golden-section search over the logarithm, as the likelihood has a single minimum.
    low, high = np.log(MIN_TEMPERATURE), np.log(MAX_TEMPERATURE)
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(SEARCH_STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        loss_left = negative_log_likelihood(logits / np.exp(left), targets)
        loss_right = negative_log_likelihood(logits / np.exp(right), targets)
        if loss_left < loss_right:
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def negative_log_likelihood(logits: npt.NDArray[np.floating], targets: npt.NDArray[np.int32]) -> float:
    """Return the mean cross-entropy of logits (n, labels) and targets (n,)."""
    shifted = logits - logits.max(axis=1, keepdims=True)  # log-sum-exp without overflow
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (n, labels)
    return float(-log_probabilities[np.arange(len(targets)), targets].mean())


def _threshold(certainty: npt.NDArray[np.float32], targets: npt.NDArray[np.int32]) -> float:
    # A weighted quantile. The weights make every class count the same, however many drawings it has.
    weights = 1.0 / np.bincount(targets)[targets]  # (n,)
    order = np.argsort(certainty)
    rejected_share = np.cumsum(weights[order]) / weights.sum()
    return float(certainty[order][np.searchsorted(rejected_share, MAX_REJECTED_SHARE)])


def reliability(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_]
) -> tuple[float, list[dict[str, float]]]:
    """Return the expected calibration error, 0 to 1, and the non-empty bins of the reliability diagram.

    confidence: (n,), 0 to 1. correct: (n,).
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)  # (n,); confidence 1 belongs to the last bin
    curve = [
        {
            "count": int(inside.sum()),
            "confidence": float(confidence[inside].mean()),
            "accuracy": float(correct[inside].mean()),
        }
        for inside in (bins == number for number in range(BINS))
        if inside.any()
    ]
    # The gap between accuracy and confidence, averaged over the drawings.
    error = sum(point["count"] * abs(point["accuracy"] - point["confidence"]) for point in curve)
    return float(error / max(len(correct), 1)), curve

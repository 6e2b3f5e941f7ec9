"""Makes a network's confidence honest: the temperature that its probabilities need, the threshold of "I don't know"."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from recognition.inference.classifier import Calibration

REJECTED = 0.05  # share of real validation drawings, a class's average, that the threshold may reject
SOFTENING = 2.0  # less tells scribbles and unknown things worse, more gains nothing (docs/benchmarks.md, "Honesty")
COLDEST, HOTTEST = 0.1, 10.0
BINS = 15  # as usual for the expected calibration error (Guo et al. 2017)


def calibrate(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.int32]) -> Calibration:
    """Fit to the validation split: logits (n, labels), targets (n,).

    The temperature makes the right answers likeliest. The threshold is the highest that rejects at most 5 % of the real
    drawings of a class, on average over the classes, so that it rejects as many scribbles as that allows.
    """
    if not len(targets):
        return Calibration()
    temperature = fit_temperature(logits, targets)
    calibration = Calibration(temperature, softening=SOFTENING)
    certainty = calibration.certainty(calibration.probabilities(logits))
    return replace(calibration, threshold=_threshold(certainty, targets))


def fit_temperature(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.int32]) -> float:
    """Minimise the negative log-likelihood, which has one minimum, by golden-section search."""
    low, high = np.log(COLDEST), np.log(HOTTEST)
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(40):  # narrows to 1e-8
        left, right = high - golden * (high - low), low + golden * (high - low)
        if negative_log_likelihood(logits / np.exp(left), targets) < negative_log_likelihood(
            logits / np.exp(right), targets
        ):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def negative_log_likelihood(logits: npt.NDArray[np.floating], targets: npt.NDArray[np.int32]) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_probabilities[np.arange(len(targets)), targets].mean())


def _threshold(certainty: npt.NDArray[np.float32], targets: npt.NDArray[np.int32]) -> float:
    weights = 1.0 / np.bincount(targets)[targets]  # every class counts alike
    order = np.argsort(certainty)
    below = np.cumsum(weights[order]) / weights.sum()
    return float(certainty[order][np.searchsorted(below, REJECTED)])


def reliability(
    confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]
) -> tuple[float, list[dict[str, float]]]:
    """Return the expected calibration error, 0 to 1, and the bins of the reliability curve that hold a drawing."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    curve = [
        {
            "count": int(inside.sum()),
            "confidence": float(confidence[inside].mean()),
            "accuracy": float(right[inside].mean()),
        }
        for inside in (bins == number for number in range(BINS))
        if inside.any()
    ]
    error = sum(one["count"] * abs(one["accuracy"] - one["confidence"]) for one in curve) / max(len(right), 1)
    return float(error), curve

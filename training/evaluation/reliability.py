"""The reliability of confidences: how far they are from the share of right answers. Web processes import it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BINS = 15  # usual for the expected calibration error (Guo et al. 2017, On Calibration of Modern Neural Networks)


def class_weights(targets: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Return a weight for each drawing, (n,), so that every class weighs the same; drawings of no class weigh 0."""
    known = targets >= 0
    weights = np.zeros(len(targets))
    weights[known] = 1.0 / np.bincount(targets[known])[targets[known]]
    return weights


def reliability(
    confidence: npt.NDArray[np.floating],
    correct: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.float64] | None = None,
) -> tuple[float, list[dict[str, float]]]:
    """Return the expected calibration error, 0 to 1, and the non-empty bins of the reliability diagram.

    confidence: (n,), 0 to 1. correct: (n,). weights: (n,), of the drawings; the same for all by default.
    """
    if weights is None:
        weights = np.ones(len(correct))
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)  # (n,); confidence 1 belongs to the last bin
    # The gap between accuracy and confidence, averaged over the drawings.
    gaps = np.bincount(bins, weights * (correct - confidence.astype(np.float64)), BINS)
    curve = [
        {
            "count": int(inside.sum()),
            "confidence": float(confidence[inside].mean()),
            "accuracy": float(correct[inside].mean()),
        }
        for inside in (bins == number for number in range(BINS))
        if inside.any()
    ]
    return float(np.abs(gaps).sum() / max(weights.sum(), 1e-9)), curve

"""How well a version says "I don't know": measured on pictures that are none of its classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from recognition.bitmap import SIZE
from recognition.classifier import Classifier
from training import base
from training.drawings import Drawings, Pixels
from training.outliers import is_kept
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.layout import categories

KNOWN = 0.95  # share of the real drawings that a threshold lets pass, at which false positives are counted
UNKNOWN = 60  # drawings of each class that no network has seen


def measure_honesty(classifier: Classifier, real: Drawings, foreign: Pixels) -> dict[str, Any]:
    """Say how many foreign pictures are rejected, and how well confidence tells them from real drawings.

    auroc: how often a real drawing is answered with more confidence than a foreign one.
    false_positives: share of the foreign ones that pass a threshold that 95 % of the real ones pass.
    """
    confidence = np.sort(confidence_of(classifier, foreign))
    of_real = np.concatenate([confidence_of(classifier, pixels) for pixels, _ in real.sweep()])
    return {
        "count": len(foreign),
        "rejected": float((confidence < classifier.calibration.threshold).mean()),
        "auroc": float(np.searchsorted(confidence, of_real).mean() / len(confidence)),
        "false_positives": float((confidence >= np.quantile(of_real, 1 - KNOWN)).mean()),
    }


def unknown_drawings(folder: QuickDrawFolder, labels: Sequence[str]) -> Pixels:
    """Return uint8 (n, 784): test drawings of classes that are neither learnt nor shown as outliers.

    Raises CorruptFile.
    """
    names = [name for name in categories() if is_kept(name) and name not in labels]
    return np.concatenate(
        [np.empty((0, SIZE * SIZE), np.uint8), *(base.held_out(folder, name)[:UNKNOWN] for name in names)]
    )


def confidence_of(classifier: Classifier, pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return how sure a network is of its best answer: float32 (n,)."""
    confidence: npt.NDArray[np.float32] = classifier.probabilities(pixels.reshape(-1, SIZE, SIZE)).max(axis=1)
    return confidence

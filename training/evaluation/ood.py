"""How well a version says "I don't know": measured on pictures that are none of its classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.inference.classifier import Classifier
from training.augmentation.outliers import is_kept
from training.data import quickdraw_data
from training.data.drawing_index import Drawings, Pixels
from training.quickdraw.catalog import categories
from training.quickdraw.folder import QuickDrawFolder

KNOWN = 0.95  # share of the real drawings that a threshold lets pass, at which false positives are counted
UNKNOWN = 60  # drawings of each class that no network has seen


def measure_honesty(classifier: Classifier, real: Drawings, foreign: Pixels) -> dict[str, Any]:
    """Say how many foreign pictures are rejected, and how well certainty tells them from real drawings.

    auroc: how often a real drawing is answered with more certainty than a foreign one.
    false_positives: share of the foreign ones that pass a threshold that 95 % of the real ones pass.
    """
    certainty = certainty_of(classifier, foreign)
    of_real = np.concatenate([certainty_of(classifier, pixels) for pixels, _ in real.sweep()])
    return {
        "count": len(foreign),
        "rejected": float((certainty < classifier.calibration.threshold).mean()),
        "auroc": auroc(of_real, certainty),
        "false_positives": float((certainty >= np.quantile(of_real, 1 - KNOWN)).mean()),
    }


def auroc(higher: npt.NDArray[np.float32], lower: npt.NDArray[np.float32]) -> float:
    """Return how often one of the first is above one of the second: 1 where the two are told apart, 0.5 by chance."""
    return float(np.searchsorted(np.sort(lower), higher).mean() / len(lower))


def unknown_drawings(folder: QuickDrawFolder, labels: Sequence[str]) -> Pixels:
    """Return uint8 (n, 784): test drawings of classes that are neither learnt nor shown as outliers.

    Raises CorruptFile.
    """
    names = [name for name in categories() if is_kept(name) and name not in labels]
    return np.concatenate(
        [np.empty((0, SIZE * SIZE), np.uint8), *(quickdraw_data.held_out(folder, name)[:UNKNOWN] for name in names)]
    )


def certainty_of(classifier: Classifier, pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return how far a network's best answer stands out, as the threshold sees it: float32 (n,)."""
    return classifier.calibration.certainty(classifier.probabilities(pixels.reshape(-1, SIZE, SIZE)))

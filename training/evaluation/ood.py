"""Out-of-distribution detection: how well a version answers "I don't know" to images of no class it knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.inference.classifier import Classifier
from training.augmentation.outliers import is_held_out_class
from training.data import quickdraw_data
from training.data.drawing_index import Drawings, Pixels
from training.quickdraw.catalog import categories
from training.quickdraw.folder import QuickDrawFolder

TRUE_POSITIVE_RATE = 0.95  # at which false positives are counted: the usual FPR at 95 % TPR
DRAWINGS_PER_UNSEEN_CLASS = 60


def ood_metrics(classifier: Classifier, real: Drawings, foreign: Pixels) -> dict[str, Any]:
    """Return how many out-of-distribution images are rejected, and how well certainty separates them.

    real: drawings of known classes. foreign: uint8 (n, 784), images of no known class.
    auroc: the probability that a real drawing gets more certainty than a foreign image.
    false_positives: the share of foreign images above a threshold that 95 % of the real drawings pass.
    """
    certainty = certainties(classifier, foreign)  # (n,)
    real_certainty = np.concatenate([certainties(classifier, pixels) for pixels, _ in real.batches()])
    threshold = np.quantile(real_certainty, 1 - TRUE_POSITIVE_RATE)
    return {
        "count": len(foreign),
        "rejected": float((certainty < classifier.calibration.threshold).mean()),
        "auroc": auroc(real_certainty, certainty),
        "false_positives": float((certainty >= threshold).mean()),
    }


def auroc(higher: npt.NDArray[np.float32], lower: npt.NDArray[np.float32]) -> float:
    """Return the area under the ROC curve: how often a value of `higher` is above one of `lower`.

    1 is a perfect separation, 0.5 is chance.
    """
    # The rank of each value among the others: the Mann-Whitney U statistic, divided by the number of pairs.
    return float(np.searchsorted(np.sort(lower), higher).mean() / len(lower))


def unseen_class_drawings(folder: QuickDrawFolder, labels: Sequence[str]) -> Pixels:
    """Return uint8 (n, 784): test drawings of classes that are neither learnt nor used as outliers.

    Raises CorruptFile.
    """
    names = [name for name in categories() if is_held_out_class(name) and name not in labels]
    by_class = [quickdraw_data.read_test_drawings(folder, name)[:DRAWINGS_PER_UNSEEN_CLASS] for name in names]
    return np.concatenate([np.empty((0, SIZE * SIZE), np.uint8), *by_class])


def certainties(classifier: Classifier, pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return the score that the rejection threshold is compared with, for each image: float32 (n,)."""
    return classifier.calibration.certainty(classifier.probabilities(pixels.reshape(-1, SIZE, SIZE)))

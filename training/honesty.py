"""How well a version says "I don't know": measured on strokes that belong to no drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from recognition.bitmap import SIZE, is_blank_or_dot
from recognition.classifier import Classifier
from recognition.rasterize import rasterize
from recognition.strokes import Strokes
from training.drawings import Drawings, Pixels
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder

T = TypeVar("T")

DRAWINGS = 40  # of each class, whose strokes are thrown together


def measure_honesty(classifier: Classifier, real: Drawings, scribbles: Pixels) -> dict[str, Any]:
    """Say how many scribbles are rejected, and how well confidence tells them from real drawings at any threshold.

    auroc: how often a real drawing is answered with more confidence than a scribble.
    """
    confidence = _confidence(classifier, scribbles)
    of_real = np.concatenate([_confidence(classifier, pixels) for pixels, _ in real.sweep()])
    return {
        "count": len(scribbles),
        "rejected": float((confidence < classifier.calibration.threshold).mean()),
        "auroc": float(np.searchsorted(np.sort(confidence), of_real).mean() / len(confidence)),
    }


def thrown_together(folder: QuickDrawFolder, names: Sequence[str], count: int, seed: int) -> Pixels:
    """Make scribbles, uint8 (count, 784), that the network was not trained to reject: other people's strokes.

    Each has as many strokes as a real drawing has; each stroke comes from a drawing of its own, turned and moved.
    None when the folder has no strokes.
    """
    random = np.random.default_rng(seed)
    drawings = [drawing for name in names for drawing in _drawings(folder, name)]
    found: list[npt.NDArray[np.uint8]] = []
    while drawings and len(found) < count:
        strokes = [_any(_any(drawings, random), random) for _ in _any(drawings, random)]
        bitmap = rasterize([_moved(stroke, random) for stroke in strokes])
        if not is_blank_or_dot(bitmap):
            found.append(bitmap.reshape(SIZE * SIZE))
    return np.array(found, np.uint8).reshape(-1, SIZE * SIZE)


def _drawings(folder: QuickDrawFolder, name: str) -> list[Strokes]:
    try:
        return list(islice(folder.drawings(name), DRAWINGS))
    except MissingFile:
        return []


def _any(choices: Sequence[T], random: np.random.Generator) -> T:
    return choices[int(random.integers(len(choices)))]


def _moved(stroke: list[list[float]], random: np.random.Generator) -> list[list[float]]:
    x, y = (np.array(axis) - np.mean(axis) for axis in stroke[:2])
    angle = random.uniform(0, math.tau)
    right, down = random.uniform(0, 255, 2)
    turned = x * math.cos(angle) - y * math.sin(angle) + right, x * math.sin(angle) + y * math.cos(angle) + down
    return [axis.tolist() for axis in turned]


def _confidence(classifier: Classifier, pixels: Pixels) -> npt.NDArray[np.float32]:
    confidence: npt.NDArray[np.float32] = classifier.probabilities(pixels.reshape(-1, SIZE, SIZE)).max(axis=1)
    return confidence

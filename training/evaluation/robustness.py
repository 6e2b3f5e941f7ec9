"""Robustness: the accuracy on held-out drawings that are distorted, as untidy or unfinished drawings are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from recognition.imaging.strokes import Strokes
from recognition.inference.classifier import Classifier
from training.augmentation.stroke_transforms import affine_strokes, framed, jittered, truncated, with_stray_dot
from training.data.paired_strokes import strokes_in_split
from training.quickdraw.folder import QuickDrawFolder

DRAWINGS_PER_CLASS = 30

Distortion = Callable[[Strokes, np.random.Generator], Strokes]


def _turned(degrees: float) -> Distortion:
    """Rotate by an angle, clockwise or counterclockwise at random."""
    return lambda strokes, random: affine_strokes(strokes, math.radians(random.choice([-degrees, degrees])))


AS_DRAWN = "as drawn"
# The names are keys of a version's stored metrics.
DISTORTIONS: dict[str, Distortion] = {
    AS_DRAWN: lambda strokes, _: strokes,
    "the first 75 % of the ink": lambda strokes, _: truncated(strokes, 0.75),
    "the first 50 % of the ink": lambda strokes, _: truncated(strokes, 0.5),
    "the first 25 % of the ink": lambda strokes, _: truncated(strokes, 0.25),
    "by a hand that shakes by 1 % of the size": lambda strokes, random: jittered(strokes, 0.01, random),
    "turned by 15° to either side": _turned(15),
    "turned by 30° to either side": _turned(30),
    "half as wide again": lambda strokes, _: affine_strokes(strokes, stretch=1.5),
    "with a stray dot": with_stray_dot,
    "with a frame around it": lambda strokes, random: framed(strokes, random.uniform(0.05, 0.2)),
}


def measure_robustness(classifier: Classifier, folder: QuickDrawFolder, names: Sequence[str]) -> dict[str, float]:
    """Return the accuracy on held-out drawings of some classes, with one distortion at a time.

    Empty when the folder has no strokes. Raises CorruptFile.
    """
    labelled = _held_out(folder, names)
    return {title: _accuracy(classifier, labelled, distort) for title, distort in DISTORTIONS.items() if labelled}


def half_drawn(folder: QuickDrawFolder, names: Sequence[str]) -> tuple[Bitmap, list[str]]:
    """Return held-out drawings with the first half of their ink, uint8 (n, 28, 28), and their classes.

    There are none when the folder has no strokes. Raises CorruptFile.
    """
    labelled = _held_out(folder, names)
    bitmaps = [rasterize(truncated(strokes, 0.5)) for _, strokes in labelled]
    return np.array(bitmaps, np.uint8).reshape(-1, SIZE, SIZE), [name for name, _ in labelled]


def accuracy_on(classifier: Classifier, bitmaps: Bitmap, names: Sequence[str]) -> float:
    """Return the share of drawings, uint8 (n, 28, 28), that are recognized as their classes."""
    predicted = np.array(classifier.labels)[classifier.logits(bitmaps).argmax(axis=1)]  # (n,)
    return float((predicted == names).mean())


def _held_out(folder: QuickDrawFolder, names: Sequence[str]) -> list[tuple[str, Strokes]]:
    by_class = {name: strokes_in_split(Split.TEST, folder, name)[:DRAWINGS_PER_CLASS] for name in names}
    return [(name, strokes) for name in names for strokes in by_class[name]]


def _accuracy(classifier: Classifier, labelled: Sequence[tuple[str, Strokes]], distort: Distortion) -> float:
    random = np.random.default_rng(0)  # the same distortions for every version
    bitmaps = np.stack([rasterize(distort(strokes, random)) for _, strokes in labelled])  # (n, 28, 28)
    return accuracy_on(classifier, bitmaps, [name for name, _ in labelled])

"""How much a version minds when drawings are not finished, not tidy, not upright: held-out drawings, drawn again."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from recognition.imaging.strokes import Strokes
from recognition.inference.classifier import Classifier
from training.augmentation.stroke_transforms import affine, framed, shaky, unfinished, with_stray_dot
from training.data.paired_strokes import strokes_on
from training.quickdraw.folder import QuickDrawFolder

DRAWINGS = 30  # of each class at most

Distort = Callable[[Strokes, np.random.Generator], Strokes]

AS_DRAWN = "as drawn"
DISTORTIONS: dict[str, Distort] = {
    AS_DRAWN: lambda strokes, _: strokes,
    "the first 75 % of the ink": lambda strokes, _: unfinished(strokes, 0.75),
    "the first 50 % of the ink": lambda strokes, _: unfinished(strokes, 0.5),
    "the first 25 % of the ink": lambda strokes, _: unfinished(strokes, 0.25),
    "by a hand that shakes by 1 % of the size": lambda strokes, random: shaky(strokes, 0.01, random),
    "turned by 15° to either side": lambda strokes, random: affine(strokes, math.radians(random.choice([-15, 15]))),
    "turned by 30° to either side": lambda strokes, random: affine(strokes, math.radians(random.choice([-30, 30]))),
    "half as wide again": lambda strokes, _: affine(strokes, stretch=1.5),
    "with a stray dot": with_stray_dot,
    "with a frame around it": lambda strokes, random: framed(strokes, random.uniform(0.05, 0.2)),
}


def measure_robustness(classifier: Classifier, folder: QuickDrawFolder, names: Sequence[str]) -> dict[str, float]:
    """Return the share of held-out drawings that is recognized, distorted one way at a time.

    Empty when the folder has no strokes. Raises CorruptFile.
    """
    drawings = {name: strokes_on(Split.TEST, folder, name)[:DRAWINGS] for name in names}
    known = [(name, strokes) for name in names for strokes in drawings[name]]
    return {words: _right(classifier, known, distort) for words, distort in DISTORTIONS.items()} if known else {}


def _right(classifier: Classifier, drawings: Sequence[tuple[str, Strokes]], distort: Distort) -> float:
    random = np.random.default_rng(0)
    bitmaps = np.stack([rasterize(distort(strokes, random)) for _, strokes in drawings])
    said = np.array(classifier.labels)[classifier.logits(bitmaps).argmax(axis=1)]
    return float((said == [name for name, _ in drawings]).mean())

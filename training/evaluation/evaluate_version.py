"""Measures a version that exists, here and now, on the test drawings that are here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recognition.imaging.splits import Split
from recognition.models import ModelVersion
from training.augmentation.outliers import random_stroke_scribbles
from training.data.dataset import Dataset, read_class
from training.evaluation.metrics import evaluate
from training.evaluation.ood import measure_honesty, unknown_drawings
from training.evaluation.robustness import measure_robustness
from training.quickdraw.folder import QuickDrawFolder

SCRIBBLES = 3_000


def measure_version(version: ModelVersion, folder: QuickDrawFolder, names: Sequence[str]) -> dict[str, Any]:
    """Return the metrics of a version on the test drawings of some classes; those it does not know are misses.

    With "scribbles" and "unknown", how well it knows that strokes thrown together, and drawings of classes that no
    network learns from, are nothing that it knows; with "robustness", how it does on untidy drawings; as far as the
    folder has the strokes for it.
    Raises InvalidArtifact, CorruptFile.
    """
    classifier = version.load()
    dataset = Dataset([read_class(name, folder, rows_per_class=0) for name in sorted(names)], waiting={})
    metrics = evaluate(classifier, len(version.artifact), dataset)
    foreign = {
        "scribbles": random_stroke_scribbles(Split.TEST, folder, dataset.labels, SCRIBBLES, seed=0),
        "unknown": unknown_drawings(folder, dataset.labels),
    }
    real = dataset.base[Split.TEST]
    honesty = {
        name: measure_honesty(classifier, real, pixels) for name, pixels in foreign.items() if len(pixels) and len(real)
    }
    return metrics | honesty | {"robustness": measure_robustness(classifier, folder, dataset.labels)}

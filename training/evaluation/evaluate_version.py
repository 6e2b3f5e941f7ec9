"""Evaluates an existing version on this site's test drawings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recognition.imaging.splits import Split
from recognition.models import ModelVersion
from training.augmentation.outliers import random_stroke_scribbles
from training.data.dataset import Dataset, read_class_data
from training.evaluation.metrics import evaluate, predict_drawings
from training.evaluation.ood import ood_metrics, unseen_class_drawings
from training.evaluation.robustness import measure_robustness
from training.quickdraw.folder import QuickDrawFolder

SCRIBBLE_COUNT = 3_000


def evaluate_version(version: ModelVersion, folder: QuickDrawFolder, names: Sequence[str]) -> dict[str, Any]:
    """Return a version's metrics on the test drawings of some classes; classes it does not know count as wrong.

    Beyond the metrics of a training run there are, as far as the folder has the strokes:
    "scribbles" and "unknown": out-of-distribution detection on mixed strokes and on classes that no version learns.
    "robustness": the accuracy on distorted drawings.
    Raises InvalidArtifact, CorruptFile.
    """
    classifier = version.load()
    # No rows to train on: only the test split is used.
    dataset = Dataset([read_class_data(name, folder, rows_per_class=0) for name in sorted(names)], waiting={})
    base = predict_drawings(classifier, dataset.base[Split.TEST], dataset.labels)
    metrics = evaluate(classifier, len(version.artifact), dataset, base)
    foreign = {
        "scribbles": random_stroke_scribbles(Split.TEST, folder, dataset.labels, SCRIBBLE_COUNT, seed=0),
        "unknown": unseen_class_drawings(folder, dataset.labels),
    }
    real = dataset.base[Split.TEST]
    ood = {name: ood_metrics(classifier, real, pixels) for name, pixels in foreign.items() if len(pixels) and len(real)}
    return metrics | ood | {"robustness": measure_robustness(classifier, folder, dataset.labels)}

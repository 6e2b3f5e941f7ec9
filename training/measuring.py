"""Measures a version that exists, here and now, on the test drawings that are here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recognition.models import ModelVersion
from recognition.split import Split
from training.dataset import Dataset, read_class
from training.evaluation import evaluate
from training.honesty import measure_honesty, thrown_together
from training.quickdraw.folder import QuickDrawFolder

SCRIBBLES = 3_000


def measure_version(version: ModelVersion, folder: QuickDrawFolder, names: Sequence[str]) -> dict[str, Any]:
    """Return the metrics of a version on the test drawings of some classes; those it does not know are misses.

    With "scribbles", how well it knows that those are nothing, if the folder has strokes to throw together.
    Raises InvalidArtifact, CorruptFile.
    """
    classifier = version.load()
    dataset = Dataset([read_class(name, folder, rows_per_class=0) for name in sorted(names)], waiting={})
    metrics = evaluate(classifier, len(version.artifact), dataset)
    scribbles = thrown_together(folder, dataset.labels, SCRIBBLES, seed=0)
    if len(scribbles) and metrics["base"]["count"]:
        metrics["scribbles"] = measure_honesty(classifier, dataset.base[Split.TEST], scribbles)
    return metrics

"""Measures what will be served: the artifact, through the same Classifier as the site; nothing of TensorFlow here."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from recognition.inference.classifier import Calibration, Classifier
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings
from training.evaluation.calibration import reliability

TIMED = 300  # recognitions, whose median is the latency
UNKNOWN = -1  # the target of a drawing whose class a network does not know: a miss for it


@dataclass(frozen=True)
class Answers:
    """What a network said about drawings: probabilities float32 (n, labels), and targets int32 (n,) of its labels."""

    labels: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]
    targets: npt.NDArray[np.int32]
    calibration: Calibration

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        right: npt.NDArray[np.bool_] = self.probabilities.argmax(axis=1) == self.targets
        return right

    def accuracy_within(self, top: int) -> float:
        """Return the share of drawings whose class is among the `top` likeliest."""
        top = min(top, len(self.labels))
        likeliest = np.argpartition(self.probabilities, -top, axis=1)[:, -top:]
        return float((likeliest == self.targets[:, np.newaxis]).any(axis=1).mean())


def answer(classifier: Classifier, drawings: Drawings, labels: Sequence[str]) -> Answers:
    """Have a network recognize drawings whose targets index `labels`, which may be others than its own."""
    own = {label: index for index, label in enumerate(classifier.labels)}
    translation = np.array([own.get(label, UNKNOWN) for label in labels], np.int32)
    probabilities = classifier.calibration.probabilities(logits_of(classifier, drawings))
    return Answers(classifier.labels, probabilities, translation[drawings.targets], classifier.calibration)


def logits_of(classifier: Classifier, drawings: Drawings) -> npt.NDArray[np.float32]:
    """Run a network on drawings: float32 (n, labels)."""
    logits = [np.empty((0, len(classifier.labels)), np.float32)]
    logits += [classifier.logits(pixels.reshape(-1, SIZE, SIZE)) for pixels, _ in drawings.sweep()]
    return np.concatenate(logits)


def evaluate(classifier: Classifier, size: int, dataset: Dataset) -> dict[str, Any]:
    """Return a version's metrics on the test split, base and collected drawings apart. size: the artifact's bytes."""
    return {
        "base": measure(answer(classifier, dataset.base[Split.TEST], dataset.labels)),
        "collected": measure(answer(classifier, dataset.collected[Split.TEST], dataset.labels)),
        "bytes": size,
        "milliseconds": latency(classifier),
    }


def measure(answers: Answers) -> dict[str, Any]:
    """Sum up: accuracies, calibration, and each class's precision, recall, support and confusions."""
    if not len(answers.targets):
        return {"count": 0}
    confidence = answers.probabilities.max(axis=1)
    error, curve = reliability(confidence, answers.right)
    classes = _by_class(answers)
    recalls = [one["recall"] for one in classes.values() if one["support"]]
    return {
        "count": len(answers.targets),
        "top1": float(answers.right.mean()),
        "top3": answers.accuracy_within(3),
        "top5": answers.accuracy_within(5),
        "macro_recall": float(np.mean(recalls)) if recalls else 0.0,
        "rejected": float(1 - answers.calibration.recognizes(answers.probabilities).mean()),
        "ece": error,
        "reliability": curve,
        "classes": classes,
    }


def _by_class(answers: Answers) -> dict[str, dict[str, Any]]:
    confusion = confusion_matrix(answers)
    said, support = confusion.sum(axis=0), confusion.sum(axis=1)
    return {
        label: {
            "support": int(support[index]),
            "recall": _ratio(confusion[index, index], support[index]),
            "precision": _ratio(confusion[index, index], said[index]),
            # The row of the confusion matrix, most of which is zeros.
            "said": {answers.labels[other]: int(confusion[index, other]) for other in np.flatnonzero(confusion[index])},
        }
        for index, label in enumerate(answers.labels)
    }


def confusion_matrix(answers: Answers) -> npt.NDArray[np.int64]:
    """Return int64 (labels, labels): row what it is, column what was said. Unknown classes are not in it."""
    size = len(answers.labels)
    known = answers.targets != UNKNOWN
    cells = answers.targets[known].astype(np.int64) * size + answers.probabilities.argmax(axis=1)[known]
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def _ratio(part: int, whole: int) -> float | None:
    return float(part / whole) if whole else None


def latency(classifier: Classifier) -> float:
    """Return how long one drawing takes, in milliseconds: the median of many, one by one."""
    noise = np.random.default_rng(0).integers(0, 256, (1, SIZE, SIZE), dtype=np.uint8)
    times = []
    for _ in range(TIMED):
        start = time.perf_counter()
        classifier.logits(noise)
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1000)

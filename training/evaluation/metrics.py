"""Metrics of a model version, computed with the exported artifact and the Classifier that the site uses.

TensorFlow is not needed, so the metrics describe exactly what is served.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.results import TOP_GUESSES, Calibration
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings, Pixels
from training.evaluation.reliability import class_weights, reliability

LATENCY_RUNS = 300  # single predictions, whose median is the latency
UNKNOWN_TARGET = -1  # of drawings whose class the network does not know; they count as wrong


@dataclass(frozen=True)
class Predictions:
    """What a network predicts for n drawings. Takes some 40 bytes of memory a drawing, however many classes there are.

    top: int32 (n, 5 or fewer), the likeliest labels, best first. confidence: float32 (n,), of the best one.
    recognized: bool (n,), the answers that are not "I don't know".
    targets: int32 (n,), which index the network's own labels, or are UNKNOWN_TARGET.
    """

    labels: tuple[str, ...]
    top: npt.NDArray[np.int32]
    confidence: npt.NDArray[np.float32]
    recognized: npt.NDArray[np.bool_]
    targets: npt.NDArray[np.int32]

    @classmethod
    def from_probabilities(
        cls,
        labels: Sequence[str],
        probabilities: npt.NDArray[np.float32],
        targets: npt.NDArray[np.int32],
        calibration: Calibration,
    ) -> Predictions:
        """Keep what the metrics need of probabilities, (n, labels)."""
        count = min(TOP_GUESSES, len(labels))
        top = np.argsort(-probabilities, axis=1, kind="stable")[:, :count].astype(np.int32)
        confidence = np.take_along_axis(probabilities, top[:, :1], axis=1)[:, 0]
        return cls(tuple(labels), top, confidence, calibration.recognizes(probabilities), targets)

    @property
    def best(self) -> npt.NDArray[np.int32]:
        """Return the likeliest label of each drawing: (n,)."""
        best: npt.NDArray[np.int32] = self.top[:, 0]
        return best

    @property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Tell for each drawing whether the likeliest class is its target: (n,)."""
        correct: npt.NDArray[np.bool_] = self.best == self.targets
        return correct

    def accuracy_within(self, top: int) -> float:
        """Return the share of drawings whose class is among the `top` likeliest, 5 at most."""
        return float((self.top[:, :top] == self.targets[:, np.newaxis]).any(axis=1).mean())


def predict_drawings(classifier: Classifier, drawings: Drawings, labels: Sequence[str]) -> Predictions:
    """Predict drawings whose targets index `labels`, which may differ from the network's own labels."""
    translation = indices_of(classifier.labels, labels)

    def predict(pixels: Pixels, targets: npt.NDArray[np.int32]) -> Predictions:
        probabilities = classifier.probabilities(pixels.reshape(-1, SIZE, SIZE))
        return Predictions.from_probabilities(
            classifier.labels, probabilities, translation[targets], classifier.calibration
        )

    # The empty batch gives the arrays their shape when there are no drawings.
    nothing = predict(np.empty((0, SIZE * SIZE), np.uint8), np.empty(0, np.int32))
    parts = [nothing, *(predict(pixels, targets) for pixels, targets in drawings.batches())]
    fields = zip(*((part.top, part.confidence, part.recognized, part.targets) for part in parts), strict=True)
    return Predictions(classifier.labels, *map(np.concatenate, fields))


def indices_of(own: Sequence[str], labels: Sequence[str]) -> npt.NDArray[np.int32]:
    """Return where each label is among a network's own ones, (labels,); UNKNOWN_TARGET where it is not."""
    own_index = {label: index for index, label in enumerate(own)}
    return np.array([own_index.get(label, UNKNOWN_TARGET) for label in labels], np.int32)


def predict_logits(classifier: Classifier, drawings: Drawings) -> npt.NDArray[np.float32]:
    """Run a network on drawings: float32 (n, labels)."""
    logits = [np.empty((0, len(classifier.labels)), np.float32)]
    logits += [classifier.logits(pixels.reshape(-1, SIZE, SIZE)) for pixels, _ in drawings.batches()]
    return np.concatenate(logits)


def evaluate(classifier: Classifier, size: int, dataset: Dataset, base: Predictions) -> dict[str, Any]:
    """Return a version's metrics on the test split, with base and user drawings apart.

    size: the artifact's size in bytes. base: its answers to the base test drawings.
    """
    return {
        "base": compute_metrics(base),
        "collected": compute_metrics(predict_drawings(classifier, dataset.collected[Split.TEST], dataset.labels)),
        "bytes": size,
        "milliseconds": median_latency(classifier),
    }


def compute_metrics(predictions: Predictions) -> dict[str, Any]:
    """Return accuracies, calibration error, and each class's precision, recall, support and confusions."""
    if not len(predictions.targets):
        return {"count": 0}
    error, curve = reliability(predictions.confidence, predictions.correct)
    by_class, _ = reliability(predictions.confidence, predictions.correct, class_weights(predictions.targets))
    classes = _class_metrics(predictions)
    recalls = [values["recall"] for values in classes.values() if values["support"]]
    return {
        "count": len(predictions.targets),
        "top1": float(predictions.correct.mean()),
        "top3": predictions.accuracy_within(3),
        "top5": predictions.accuracy_within(5),
        "macro_recall": float(np.mean(recalls)) if recalls else 0.0,
        "rejected": float(1 - predictions.recognized.mean()),
        "ece": error,
        "ece_by_class": by_class,  # every class weighs the same
        "reliability": curve,
        "classes": classes,
    }


def _class_metrics(predictions: Predictions) -> dict[str, dict[str, Any]]:
    confusion = confusion_matrix(predictions)
    predicted, support = confusion.sum(axis=0), confusion.sum(axis=1)  # (labels,): columns are predictions
    names = predictions.labels
    return {
        label: {
            "support": int(support[index]),
            "recall": _ratio(confusion[index, index], support[index]),
            "precision": _ratio(confusion[index, index], predicted[index]),
            # The row of the confusion matrix. Most of it is zeros, which are left out.
            "said": {names[other]: int(confusion[index, other]) for other in np.flatnonzero(confusion[index])},
        }
        for index, label in enumerate(names)
    }


def confusion_matrix(predictions: Predictions) -> npt.NDArray[np.int64]:
    """Return int64 (labels, labels): rows are targets, columns are predictions. Leaves unknown targets out."""
    size = len(predictions.labels)
    known = predictions.targets != UNKNOWN_TARGET
    # Number the cells row by row and count each one: faster than np.add.at.
    cells = predictions.targets[known].astype(np.int64) * size + predictions.best[known]
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def _ratio(part: int, whole: int) -> float | None:
    return float(part / whole) if whole else None


def median_latency(classifier: Classifier) -> float:
    """Return the median time that the network takes for a single drawing, in milliseconds."""
    noise = np.random.default_rng(0).integers(0, 256, (1, SIZE, SIZE), dtype=np.uint8)
    seconds = []
    for _ in range(LATENCY_RUNS):
        start = time.perf_counter()
        classifier.logits(noise)
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds) * 1000)  # the median: other work on the machine makes outliers

"""Measures how well a new class is recognized by prototypes, without training.

The claim: after 20 confirmed drawings of an unknown class 70 % of further ones are recognized, and the known classes
lose at most a point.

    QUICKDRAW_DIR=folder make bench B=just_learnt

Teaches the starter model every class that it neither knows nor was shown as an outlier (see
training/augmentation/outliers.py). The baseline is the network alone, which recognizes none of them. Then the same with
lies among the confirmed drawings: drawings of one known class, those that the network is least sure of. Prints
Markdown.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import bench.django_setup  # noqa: F401
from bench.quality import base_class
from recognition import starter
from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace
from recognition.inference.prototypes import NewClass, apply_new_classes, learn_class, with_joint_threshold
from recognition.inference.results import Outputs
from training.augmentation.outliers import is_held_out_class
from training.data.dataset import Dataset
from training.quickdraw.catalog import categories
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder

MIN_DRAWINGS = 60  # of a new class
KNOWN_DRAWINGS = 4_000  # test drawings of the known classes
AT_ONCE, CONFIRMED = 10, 20  # classes that are new at the same time, and the confirmed drawings of each
MIN_CLASS_DRAWINGS = 20  # of one known class, for a share of it to say something


@dataclass(frozen=True)
class NewClassResult:
    recall: float  # of further drawings
    lost: float  # share of the known drawings that were right before and are wrong now
    largest_class_loss: float  # the same, of the known class that lost the largest share


def main() -> None:
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve())
    model = starter.read()
    if model.features is None:
        raise SystemExit("The starter model ships without features.")
    benchmark = PrototypeBenchmark(Classifier(model.artifact, model.labels, model.calibration), model.features, folder)
    new = dict(new_classes(folder, model.labels))
    print(f"{len(new)} new classes, one at a time; {len(benchmark.known)} drawings of {len(model.labels)} known ones\n")
    print(
        "| confirmed drawings | of these lies | recall, mean | median | classes with at least 70 % "
        "| known drawings lost | at most | of one class, median | at most |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    print("| none: the network alone | | 0.0 % | 0.0 % | 0.0 % | 0.00 points | 0.00 points | 0 points | 0 points |")
    for count, lies in ((10, 0), (20, 0), (40, 0), (20, 6), (40, 12)):
        results = [benchmark.teach(index, bitmaps, count, lies) for index, (_, bitmaps) in enumerate(new.items())]
        print(row(count, lies, results), flush=True)
    print(f"\n{AT_ONCE} new classes at once, after {CONFIRMED} confirmed drawings of each:\n")
    print("| thresholds | recall, mean of the groups | lowest | known drawings lost, mean | at most |")
    print("|---|---|---|---|---|")
    drawings = list(new.values())
    groups = [drawings[start : start + AT_ONCE] for start in range(0, len(drawings) - AT_ONCE + 1, AT_ONCE)]
    for title, joint in (("of each class", False), ("joint", True)):
        recalls, lost = np.array([benchmark.teach_together(group, joint=joint) for group in groups]).T
        shares = f"{recalls.mean():.1%} | {recalls.min():.1%}"
        print(f"| {title} | {shares} | {lost.mean() * 100:.2f} points | {lost.max() * 100:.2f} points |", flush=True)


def row(count: int, lies: int, results: Sequence[NewClassResult]) -> str:
    recalls, lost = np.array([[result.recall, result.lost] for result in results]).T
    class_losses = np.array([result.largest_class_loss for result in results])
    return (
        f"| {count} | {lies or 'none'} "
        f"| {recalls.mean():.1%} | {np.median(recalls):.1%} | {(recalls >= 0.7).mean():.1%} "
        f"| {lost.mean() * 100:.2f} points | {lost.max() * 100:.2f} points "
        f"| {np.median(class_losses) * 100:.0f} points | {class_losses.max() * 100:.0f} points |"
    )


class PrototypeBenchmark:
    """A network and test drawings of its classes."""

    def __init__(self, classifier: Classifier, space: FeatureSpace, folder: QuickDrawFolder) -> None:
        self._classifier, self._space = classifier, space
        test = Dataset([base_class(folder, name, 1) for name in classifier.labels], {}).base[Split.TEST]
        order = np.random.default_rng(0).permutation(len(test))
        known, self._others = order[:KNOWN_DRAWINGS], order[KNOWN_DRAWINGS:]
        self._test = test
        self.known: Bitmap = test.pixels(known).reshape(-1, SIZE, SIZE)
        self._outputs = classifier.run(self.known)
        self._targets = test.targets[known]
        self._right = self._outputs.logits.argmax(axis=1) == self._targets

    def teach(self, index: int, bitmaps: Bitmap, count: int, lies: int) -> NewClassResult:
        """Teach a class by its first drawings and some lies; predict its other drawings and the known ones."""
        own = self._classifier.run(bitmaps)
        new = self._learn("new", np.concatenate([bitmaps[: count - lies], self._lies(index, lies)]))
        recognized = self._predicted_as(own, bitmaps, new)[count:]
        lost = self._predicted_as(self._outputs, self.known, new) & self._right
        counts = np.bincount(self._targets)
        by_class = np.bincount(self._targets, lost)[counts >= MIN_CLASS_DRAWINGS] / counts[counts >= MIN_CLASS_DRAWINGS]
        return NewClassResult(float(recognized.mean()), float(lost.mean()), float(by_class.max()))

    def teach_together(self, classes: Sequence[Bitmap], *, joint: bool) -> tuple[float, float]:
        """Teach several classes by their first drawings; return the mean recall and the share of known drawings lost.

        joint: with one threshold for all, as the site does.
        """
        new: Sequence[NewClass] = [
            self._learn(str(index), bitmaps[:CONFIRMED]) for index, bitmaps in enumerate(classes)
        ]
        if joint:
            new = with_joint_threshold(new, self._space)
        recalls = []
        for index, bitmaps in enumerate(classes):
            labels = self._labels(self._classifier.run(bitmaps[CONFIRMED:]), bitmaps[CONFIRMED:], new)
            recalls.append(np.mean(np.array(labels) == str(index)))
        claimed = np.isin(self._labels(self._outputs, self.known, new), [one.label for one in new])
        return float(np.mean(recalls)), float((claimed & self._right).mean())

    def _learn(self, name: str, bitmaps: Bitmap) -> NewClass:
        outputs = self._classifier.run(bitmaps)
        confidence = self._classifier.calibration.probabilities(outputs.logits).max(axis=1)
        return learn_class(name, outputs.embeddings, confidence, self._space, len(self._classifier.labels))

    def _lies(self, index: int, count: int) -> Bitmap:
        """Return the least confident drawings of one known class, another one for each new class."""
        label = index % len(self._classifier.labels)
        rows = self._others[self._test.targets[self._others] == label]
        bitmaps = self._test.pixels(rows).reshape(-1, SIZE, SIZE)
        confidence = self._classifier.calibration.probabilities(self._classifier.logits(bitmaps)).max(axis=1)
        return bitmaps[np.argsort(confidence)[:count]]

    def _predicted_as(self, outputs: Outputs, bitmaps: Bitmap, new: NewClass) -> npt.NDArray[np.bool_]:
        """Return which drawings the site would recognize as the new class, bool (n,)."""
        return np.array([label == new.label for label in self._labels(outputs, bitmaps, [new])], bool)

    def _labels(self, outputs: Outputs, bitmaps: Bitmap, new: Sequence[NewClass]) -> list[str]:
        """Return what the site would say of each drawing."""
        labels = []
        for index, bitmap in enumerate(bitmaps):
            output = Outputs(outputs.logits[index : index + 1], outputs.embeddings[index : index + 1])
            before = self._classifier.interpret(output.logits, bitmap)
            labels.append(apply_new_classes(before, output, new, self._space, self._classifier.calibration).label)
        return labels


def new_classes(folder: QuickDrawFolder, labels: tuple[str, ...]) -> list[tuple[str, Bitmap]]:
    """Return the drawings of each class that the network has never seen, shuffled."""
    classes = []
    for name in categories():
        if name in labels or not is_held_out_class(name):
            continue
        try:
            bitmaps = np.concatenate([folder.bitmaps(name), folder.near_bitmaps(name)])
        except MissingFile:
            continue
        if len(bitmaps) >= MIN_DRAWINGS:
            classes.append((name, np.random.default_rng(0).permutation(bitmaps).reshape(-1, SIZE, SIZE)))
    return classes


if __name__ == "__main__":
    main()

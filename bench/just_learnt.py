"""Claim: after 20 confirmed drawings of a class that the network does not know, 70 % of further ones are recognized,
and the classes that it knows lose at most a point.

    QUICKDRAW_DIR=folder make bench B=just_learnt

The starter model, and every class that it neither knows nor was shown as an outlier (see
training/augmentation/outliers.py). The baseline is the network alone, which answers none of them. Then the same with
lies among the confirmed drawings, those of one known class that the network is least sure of. Prints Markdown.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import bench.configured  # noqa: F401
from bench.quality import base_class
from recognition import starter
from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace
from recognition.inference.prototypes import NewClass, apply_new_classes, learn_class
from recognition.inference.results import Outputs
from training.augmentation.outliers import is_held_out_class
from training.data.dataset import Dataset
from training.quickdraw.catalog import categories
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder

FEWEST = 60  # drawings of a class that is taught
TESTED = 4_000  # drawings of the known classes
TELLING = 20  # of one class, of which a share says something


@dataclass(frozen=True)
class Lesson:
    recall: float  # of further drawings
    lost: float  # share of the known drawings that were right and no longer are
    lost_most: float  # the same of the class that lost most of its own


def main() -> None:
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve())
    model = starter.read()
    if model.features is None:
        raise SystemExit("The starter model ships without features.")
    school = School(Classifier(model.artifact, model.labels, model.calibration), model.features, folder)
    new = dict(new_classes(folder, model.labels))
    print(f"{len(new)} new classes, one at a time; {len(school.known)} drawings of {len(model.labels)} known ones\n")
    print(
        "| confirmed drawings | of these lies | recall, mean | median | classes with at least 70 % "
        "| known drawings lost | at most | of one class, median | at most |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    print("| none: the network alone | | 0.0 % | 0.0 % | 0.0 % | 0.00 points | 0.00 points | 0 points | 0 points |")
    for count, lies in ((10, 0), (20, 0), (40, 0), (20, 6), (40, 12)):
        lessons = [school.teach(place, bitmaps, count, lies) for place, (_, bitmaps) in enumerate(new.items())]
        print(row(count, lies, lessons))


def row(count: int, lies: int, lessons: Sequence[Lesson]) -> str:
    recalls, lost = np.array([one.recall for one in lessons]), np.array([one.lost for one in lessons])
    lost_most = np.array([one.lost_most for one in lessons])
    return (
        f"| {count} | {lies or 'none'} "
        f"| {recalls.mean():.1%} | {np.median(recalls):.1%} | {(recalls >= 0.7).mean():.1%} "
        f"| {lost.mean() * 100:.2f} points | {lost.max() * 100:.2f} points "
        f"| {np.median(lost_most) * 100:.0f} points | {lost_most.max() * 100:.0f} points |"
    )


class School:
    """One network, and drawings that it knows."""

    def __init__(self, classifier: Classifier, space: FeatureSpace, folder: QuickDrawFolder) -> None:
        self._classifier, self._space = classifier, space
        test = Dataset([base_class(folder, name, 1) for name in classifier.labels], {}).base[Split.TEST]
        order = np.random.default_rng(0).permutation(len(test))
        some, self._others = order[:TESTED], order[TESTED:]
        self._test = test
        self.known: Bitmap = test.pixels(some).reshape(-1, SIZE, SIZE)
        self._outputs = classifier.run(self.known)
        self._targets = test.targets[some]
        self._right = self._outputs.logits.argmax(axis=1) == self._targets

    def teach(self, place: int, bitmaps: Bitmap, count: int, lies: int) -> Lesson:
        """Teach a class by its first drawings and some lies, ask for the others and for what the network knows."""
        own = self._classifier.run(bitmaps)
        taught = self._classifier.run(np.concatenate([bitmaps[: count - lies], self._lies(place, lies)]))
        confidence = self._classifier.calibration.probabilities(taught.logits).max(axis=1)
        new = learn_class("new", taught.embeddings, confidence, self._space, len(self._classifier.labels))
        answered = self._answered(own, bitmaps, new)[count:]
        lost = self._answered(self._outputs, self.known, new) & self._right
        counts = np.bincount(self._targets)
        by_class = np.bincount(self._targets, lost)[counts >= TELLING] / counts[counts >= TELLING]
        return Lesson(float(answered.mean()), float(lost.mean()), float(by_class.max()))

    def _lies(self, place: int, count: int) -> Bitmap:
        """Return drawings of one known class, another for each new one: those that the network is least sure of."""
        label = place % len(self._classifier.labels)
        rows = self._others[self._test.targets[self._others] == label]
        bitmaps = self._test.pixels(rows).reshape(-1, SIZE, SIZE)
        confidence = self._classifier.calibration.probabilities(self._classifier.logits(bitmaps)).max(axis=1)
        return bitmaps[np.argsort(confidence)[:count]]

    def _answered(self, outputs: Outputs, bitmaps: Bitmap, new: NewClass) -> npt.NDArray[np.bool_]:
        """Tell which drawings are answered with the new class, as the site answers."""
        return np.array([self._says(outputs, bitmaps, index, new) for index in range(len(bitmaps))])

    def _says(self, outputs: Outputs, bitmaps: Bitmap, index: int, new: NewClass) -> bool:
        one = Outputs(outputs.logits[index : index + 1], outputs.embeddings[index : index + 1])
        before = self._classifier.interpret(one.logits, bitmaps[index])
        return apply_new_classes(before, one, [new], self._space, self._classifier.calibration).label == new.label


def new_classes(folder: QuickDrawFolder, labels: tuple[str, ...]) -> list[tuple[str, Bitmap]]:
    """Return the drawings of each class that the network has never seen, in an order of chance."""
    found = []
    for name in categories():
        if name in labels or not is_held_out_class(name):
            continue
        try:
            bitmaps = np.concatenate([folder.bitmaps(name), folder.near_bitmaps(name)])
        except MissingFile:
            continue
        if len(bitmaps) >= FEWEST:
            found.append((name, np.random.default_rng(0).permutation(bitmaps).reshape(-1, SIZE, SIZE)))
    return found


if __name__ == "__main__":
    main()

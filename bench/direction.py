"""Measures what other words lose when the direction of a class matters.

    QUICKDRAW_DIR=folder make bench B=direction

Exports the starter model with some classes whose logits come from the drawing as it is, and compares its answers to
test drawings of all other classes with those of the same network without any. The classes are those with most test
drawings, as many at once as the table says. Prints Markdown. ± is 95 %, of a difference of paired answers.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

import bench.django_setup  # noqa: F401
from recognition import starter
from recognition.inference.classifier import Classifier
from training.data.quickdraw_data import read_test_drawings
from training.models.npz import from_npz
from training.network.cnn import build_network
from training.network.export import to_litert
from training.network.weights import infer_levels, ordered_weights
from training.quickdraw.folder import QuickDrawFolder

COUNTS = (1, 2, 10)
Z = 1.96  # standard deviations either side that hold 95 %


def main() -> None:
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve())
    model = starter.read()
    weights = [
        array.astype(np.float32) for array in ordered_weights(from_npz((starter.FOLDER / "starter.npz").read_bytes()))
    ]
    network = build_network(*infer_levels(weights), len(model.labels))
    network.set_weights(weights)
    by_class = [read_test_drawings(folder, name) for name in model.labels]
    targets = np.repeat(np.arange(len(by_class)), [len(pixels) for pixels in by_class])
    bitmaps = np.concatenate(by_class).reshape(-1, 28, 28)
    largest = np.argsort([-len(pixels) for pixels in by_class])

    def correct(directed: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        mask = np.isin(np.arange(len(model.labels)), directed)
        classifier = Classifier(to_litert(network, mask.tolist()), model.labels, model.calibration)
        is_correct: npt.NDArray[np.bool_] = classifier.logits(bitmaps).argmax(axis=1) == targets
        return is_correct

    before = correct(largest[:0])
    print("| classes whose direction matters | other words gain, points | these classes gain, points |\n|---|---|---|")
    for count in COUNTS:
        gains = correct(largest[:count]).astype(int) - before
        is_own = np.isin(targets, largest[:count])
        print(f"| {count} | {_points(gains[~is_own])} | {_points(gains[is_own])} |", flush=True)


def _points(gains: npt.NDArray[np.integer]) -> str:
    margin = Z * float(gains.std()) / math.sqrt(len(gains)) * 100
    return f"{gains.mean() * 100:+.2f} ± {margin:.2f}"


if __name__ == "__main__":
    main()

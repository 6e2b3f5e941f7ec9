"""Compares the starter model with its teacher and with the starter model before it, on the same test drawings.

    QUICKDRAW_DIR=folder make bench B=starter ARGS="--before a80d43f"

The teacher is DoodleNet, of which the folder needs the weights; --before is a commit with another starter model, read
with git. Prints Markdown: accuracy and recall of the average class for several strengths f of the logit adjustment
f × ln n (n: official training drawings of a class), on all classes, on those of the starter before, and on the 58 with
most drawings; then calibration, unfinished drawings, scribbles and the time of one drawing. Strengths and temperature
were chosen on validation drawings; everything here is measured on test drawings. ± is one standard error, paired.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.core.management import call_command

import bench.django_setup  # noqa: F401
from bench.earlier_starter import extract_starter
from recognition import starter
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.starter import StarterModel
from training.augmentation.outliers import random_stroke_scribbles
from training.data.dataset import Dataset, read_class_data
from training.evaluation.metrics import median_latency, predict_drawings
from training.evaluation.ood import ood_metrics
from training.evaluation.paired import Paired
from training.evaluation.robustness import measure_robustness
from training.network.cnn import predict
from training.network.teacher import doodlenet
from training.quickdraw.folder import QuickDrawFolder

STEPS = (-0.2, 0.0, 0.2)  # from the shipped strength
GRID = np.linspace(-0.1, 1.0, 111)  # of the teacher's strengths, to find the one with the starter's accuracy
MOST_DRAWINGS = 58
TIMED_ROUNDS = 7

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.integer]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", metavar="COMMIT", required=True, help="with the starter model to compare with")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)  # drawings that a person excluded would be in the database
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve())
    with tempfile.TemporaryDirectory() as name:
        before = starter.read(extract_starter(options.before, Path(name)))
    model = starter.read()
    dataset = Dataset([read_class_data(name, folder, rows_per_class=0) for name in sorted(model.labels)], waiting={})
    test = dataset.base[Split.TEST]
    held_out = [sum(len(rows) for rows in data.base.rows.values()) for data in dataset.classes]
    counts = np.array([len(data.base.official) for data in dataset.classes]) - np.array(held_out)
    classifier = Classifier(model.artifact, model.labels, model.calibration)
    pixels = np.concatenate([batch for batch, _ in test.batches()]).reshape(-1, 28, 28)
    own = classifier.logits(pixels)[:, [model.labels.index(label) for label in dataset.labels]]
    taught = predict(doodlenet(folder, dataset.labels, "float32"), test)
    compare_accuracy(own, taught, test.targets, np.log(counts), dataset.labels, before)
    compare_calibration(classifier, dataset, counts)
    compare_before(model, before, folder)


def compare_accuracy(
    own: Floats, taught: Floats, targets: Ints, log_counts: Floats, labels: Sequence[str], before: StarterModel
) -> None:
    """Print accuracies with each strength. own: as shipped, with its strength; taught: the teacher's without any."""
    every = np.arange(len(labels))
    subsets = {
        f"all {len(labels)}": every,
        f"the {len(before.labels)} of the starter before": np.flatnonzero(np.isin(labels, before.labels)),
        f"the {MOST_DRAWINGS} with most drawings": np.argsort(-log_counts)[:MOST_DRAWINGS],
    }
    print("| classes | test drawings | strength | starter, top-1 / macro | teacher, likewise | macro at equal top-1 |")
    print("|---|---|---|---|---|---|")
    for title, chosen in subsets.items():
        rows = np.isin(targets, chosen)
        position = np.full(len(labels), -1)
        position[chosen] = np.arange(len(chosen))
        local = position[targets[rows]]
        student, teacher, prior = own[rows][:, chosen], taught[rows][:, chosen], log_counts[chosen]
        curve = np.array([accuracies(teacher + strength * prior, local) for strength in GRID])
        for step in STEPS:
            top1, macro = accuracies(student + step * prior, local)
            at_equal = np.interp(top1, curve[:, 0], curve[:, 1])
            nearest = curve[np.abs(curve[:, 0] - top1).argmin()]
            taught_too = f"{nearest[0]:.1f} / {nearest[1]:.1f} | {macro - at_equal:+.2f}"
            print(f"| {title} | {rows.sum():,} | shipped {step:+.1f} | {top1:.1f} / {macro:.1f} | {taught_too} |")


def accuracies(logits: Floats, targets: Ints) -> tuple[float, float]:
    """Return accuracy and the recall of the average class, in percent."""
    correct = logits.argmax(axis=1) == targets
    recalls = np.bincount(targets, correct) / np.maximum(np.bincount(targets), 1)
    return float(correct.mean() * 100), float(recalls[np.bincount(targets) > 0].mean() * 100)


def compare_calibration(classifier: Classifier, dataset: Dataset, counts: Ints) -> None:
    """Print mean confidence and recall in each third of the classes by their number of drawings."""
    predictions = predict_drawings(classifier, dataset.base[Split.TEST], dataset.labels)
    targets = dataset.base[Split.TEST].targets
    print("\n| classes by size | drawings | mean confidence | right |\n|---|---|---|---|")
    thirds = np.array_split(np.argsort(-counts), 3)
    for title, third in zip(("largest third", "middle third", "smallest third"), thirds, strict=True):
        rows = np.isin(targets, third)
        confidence, right = predictions.confidence[rows].mean(), predictions.correct[rows].mean()
        print(f"| {title} | {rows.sum():,} | {confidence:.1%} | {right:.1%} |")


class Restricted(Classifier):
    """A classifier that answers with some of its classes only."""

    def __init__(self, model: StarterModel, names: Sequence[str]) -> None:
        super().__init__(model.artifact, model.labels, model.calibration)
        self._others = ~np.isin(model.labels, names)

    def logits(self, bitmaps: npt.NDArray[np.uint8]) -> Floats:
        logits = super().logits(bitmaps)
        logits[:, self._others] = -1e4
        return logits


def compare_before(model: StarterModel, before: StarterModel, folder: QuickDrawFolder) -> None:
    """Print what both starters do on the classes of the one before, each answering with these only."""
    names = sorted(before.labels)
    classifier, earlier = Restricted(model, names), Classifier(before.artifact, before.labels, before.calibration)
    dataset = Dataset([read_class_data(name, folder, rows_per_class=0) for name in names], waiting={})
    test = dataset.base[Split.TEST]
    now, then = (predict_drawings(one, test, dataset.labels) for one in (classifier, earlier))
    paired = Paired(now.correct, then.correct, test.targets)
    difference = paired.accuracy()
    print(f"\n| on the {len(names)} classes of the starter before | before | now |\n|---|---|---|")
    margin = f"{difference.mean:+.1%} ± {difference.error:.1%}"
    print(f"| right | {then.correct.mean():.1%} | {now.correct.mean():.1%} ({margin}) |")
    scribbles = random_stroke_scribbles(Split.TEST, folder, dataset.labels, 3_000, seed=0)
    areas = [ood_metrics(one, test, scribbles)["auroc"] for one in (earlier, classifier)]
    print(f"| scribbles told from drawings, AUROC | {areas[0]:.3f} | {areas[1]:.3f} |")
    robustness = [measure_robustness(one, folder, names) for one in (earlier, classifier)]
    for title in robustness[0]:
        print(f"| {title} | {robustness[0][title]:.1%} | {robustness[1][title]:.1%} |")
    seconds = np.array([[median_latency(one) for one in (earlier, classifier)] for _ in range(TIMED_ROUNDS)])
    medians = np.median(seconds, axis=0)
    print(f"| milliseconds a drawing | {medians[0]:.2f} | {medians[1]:.2f} ({medians[1] / medians[0]:.2f} ×) |")
    print(f"| bytes | {len(before.artifact):,} | {len(model.artifact):,} |")


if __name__ == "__main__":
    main()

"""Measures the gain of training on unfinished drawings: the same network with and without it.

    QUICKDRAW_DIR=folder make bench B=early_guesses [ARGS="--task T10 --preset standard"]

Both networks are trained on the same rows, each in a process of its own. They predict test drawings of which a share of
the ink is drawn, as the page does while a person draws; then all finished ones, with strokes or without. ± is 95 %, of
a difference of paired predictions. Prints Markdown.
"""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

import bench.django_setup  # noqa: F401
from bench.quality import TASKS, in_subprocess
from bench.reference_models import PresetModel, TrainedModel
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from recognition.imaging.strokes import Strokes
from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from training.augmentation.stroke_transforms import truncated
from training.config import Preset
from training.data.paired_strokes import strokes_in_split
from training.evaluation.metrics import predict_drawings
from training.hyperparameters import PRESETS
from training.quickdraw.folder import QuickDrawFolder

SHARES = (0.25, 0.5, 0.75, 1.0)  # of the ink
Z = 1.96  # standard deviations either side that hold 95 %


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=TASKS, default="T10")
    parser.add_argument("--preset", choices=list(Preset), type=Preset, default=Preset.STANDARD)
    options = parser.parse_args()
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve())
    dataset = TASKS[options.task].dataset(folder)
    labels, finished = dataset.labels, dataset.base[Split.TEST]
    trained = [in_subprocess(train, folder, options.task, options.preset, variations) for variations in (False, True)]
    without, with_it = (Classifier(model.artifact, labels, Calibration()) for model in trained)
    drawings = [(name, strokes) for name in labels for strokes in strokes_in_split(Split.TEST, folder, name)]
    print(f"\n{options.task}, {options.preset}, {len(drawings):,} test drawings with strokes:\n\n{HEAD}")
    for share in SHARES:
        results = [correct(classifier, drawings, share) for classifier in (without, with_it)]
        print(row(f"{share:.0%}", *results), flush=True)
    name = f"all {len(finished):,}, finished"
    print(row(name, *(predict_drawings(classifier, finished, labels).correct for classifier in (without, with_it))))


def train(folder: QuickDrawFolder, task: str, preset: Preset, with_variations: bool) -> TrainedModel:
    if not with_variations:
        PRESETS[preset] = replace(PRESETS[preset], augmented=0)
    return PresetModel(preset)(TASKS[task].dataset(folder), folder)


def correct(classifier: Classifier, drawings: list[tuple[str, Strokes]], share: float) -> npt.NDArray[np.bool_]:
    """Return which drawings are recognized from a share of their ink, bool (n,)."""
    bitmaps = np.stack([rasterize(truncated(strokes, share)) for _, strokes in drawings])
    predicted = np.array(classifier.labels)[classifier.logits(bitmaps).argmax(axis=1)]
    is_correct: npt.NDArray[np.bool_] = predicted == np.array([name for name, _ in drawings])
    return is_correct


HEAD = "| share of the ink | right without | right with it | gained, points |\n|---|---|---|---|"


def row(name: str, without: npt.NDArray[np.bool_], with_it: npt.NDArray[np.bool_]) -> str:
    gains = with_it.astype(int) - without
    margin = Z * float(gains.std()) / math.sqrt(len(gains)) * 100
    return f"| {name} | {without.mean():.1%} | {with_it.mean():.1%} | {gains.mean() * 100:+.1f} ± {margin:.1f} |"


if __name__ == "__main__":
    main()

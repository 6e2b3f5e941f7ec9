"""Compares our presets with published recipes, on the same drawings in the same run.

    QUICKDRAW_DIR=folder make bench B=quality [ARGS="--tasks T4 T10 --networks 'conv 16-32-64' quick standard"]

All networks train on the same rows, each in a process of its own, one after the other. Test drawings are those of the
project's split (recognition/imaging/splits.py): no network was trained or tuned on them. The serving Classifier runs
every artifact. ± is 95 %. T345 with all networks takes hours. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

import bench.django_setup  # noqa: F401
from bench.logit_adjustment import adjusted_metrics, as_table
from bench.mistakes import mistake_sheet
from bench.reference_models import REFERENCE_MODELS, TrainedModel
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from training.data import quickdraw_data
from training.data.dataset import ClassData, Dataset
from training.data.user_drawings import CollectedClass
from training.evaluation.metrics import compute_metrics, median_latency, predict_drawings, predict_logits
from training.quickdraw.folder import QuickDrawFolder

P = ParamSpec("P")
T = TypeVar("T")

BASELINE = "conv 16-32-64"


@dataclass(frozen=True)
class BenchmarkTask:
    rows_per_class: int  # to train on, at most
    classes: int = 0  # those with most drawings; 0: all
    names: tuple[str, ...] = ()  # instead of those with most drawings
    without: tuple[str, ...] = ()
    near: bool = False  # also train on the nearly official drawings

    def dataset(self, folder: QuickDrawFolder) -> Dataset:
        names = self.names or [name for name in by_size(folder) if name not in self.without][: self.classes or None]
        return Dataset([base_class(folder, name, self.rows_per_class, near=self.near) for name in sorted(names)], {})


def base_class(folder: QuickDrawFolder, name: str, rows_per_class: int, *, near: bool = False) -> ClassData:
    """Read the base drawings of a class, with the nearly official ones or without."""
    drawings, _ = quickdraw_data.read_quickdraw_class(folder, name, rows_per_class)
    if not near:
        drawings = replace(drawings, near_rows=drawings.near_rows[:0])
    return ClassData(name, drawings, CollectedClass(drawings.near[:0], [], {}))


TASKS = {
    "T4": BenchmarkTask(3_200, names=("house", "eye", "star", "flower")),
    "T10": BenchmarkTask(3_200, classes=10, without=("circle", "square")),
    "T58": BenchmarkTask(3_500, classes=58),
    "T345": BenchmarkTask(2_000, near=True),
}


@dataclass(frozen=True)
class QualityResult:
    trained: TrainedModel
    metrics: dict[str, Any]
    milliseconds: float  # to predict one drawing
    adjusted: list[str]  # by logit adjustment; empty without --balances


def main() -> None:
    options = parse_arguments()
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve())
    for name in options.tasks:
        counts = {split: len(TASKS[name].dataset(folder).base[split]) for split in Split}
        print(f"\n### {name}: {counts[Split.TRAIN]:,} drawings to train on, {counts[Split.TEST]:,} to test\n\n{HEAD}")
        baseline, adjusted = None, {}
        for network in options.networks:
            result = in_subprocess(train_and_evaluate, folder, name, network, options)
            baseline = baseline or result
            adjusted[network] = result.adjusted
            print(row(network, result, baseline), flush=True)
        if options.balances:
            print(as_table(adjusted))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--networks", nargs="+", choices=REFERENCE_MODELS, default=list(REFERENCE_MODELS))
    parser.add_argument("--balances", action="store_true", help="also print metrics with logit adjustment")
    parser.add_argument("--mistakes", type=Path, help="folder for pictures of each network's mistakes")
    options = parser.parse_args()
    if BASELINE not in options.networks:
        options.networks = [BASELINE, *options.networks]
    return options


def by_size(folder: QuickDrawFolder) -> list[str]:
    """Return all classes, those with most official drawings first."""
    files = (folder.root / "full" / "numpy_bitmap").glob("*.npy")
    sizes = {file.stem: len(np.load(file, mmap_mode="r")) for file in files}
    return sorted(sizes, key=lambda name: (-sizes[name], name))


def in_subprocess(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a fresh process and return its result."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(function, *args, **kwargs).result()


def train_and_evaluate(folder: QuickDrawFolder, task: str, network: str, options: argparse.Namespace) -> QualityResult:
    dataset = TASKS[task].dataset(folder)
    trained = REFERENCE_MODELS[network](dataset, folder)
    classifier = Classifier(trained.artifact, dataset.labels, Calibration())
    answers = predict_drawings(classifier, dataset.base[Split.TEST], dataset.labels)
    if options.mistakes:
        sheet = mistake_sheet(answers, dataset.base[Split.TEST])
        sheet.save(options.mistakes / f"{task} {network}.png", optimize=True)
    adjusted = adjusted_rows(classifier, dataset) if options.balances else []
    return QualityResult(trained, compute_metrics(answers), median_latency(classifier), adjusted)


def adjusted_rows(classifier: Classifier, dataset: Dataset) -> list[str]:
    sides = [dataset.base[split] for split in (Split.VALIDATION, Split.TEST)]
    splits = [(predict_logits(classifier, side), side.targets) for side in sides]
    train_counts = np.bincount(dataset.base[Split.TRAIN].targets, minlength=len(dataset.labels))
    return adjusted_metrics(dataset.labels, splits, train_counts)


COLUMNS = [
    *("network", "top-1", "error relative to the first", "top-3", "top-5", "macro recall", "parameters", "artifact"),
    *("a drawing", "training", "drawings/CPU-s relative to the first"),
]
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def row(network: str, result: QualityResult, baseline: QualityResult) -> str:
    metrics, trained, first = result.metrics, result.trained, baseline.trained
    error, baseline_error = 1 - metrics["top1"], 1 - baseline.metrics["top1"]
    speed = trained.shown / trained.cpu_seconds / (first.shown / first.cpu_seconds)
    cells = [
        network,
        f"{metrics['top1']:.2%} ± {margin(metrics['top1'], metrics['count']):.2f}",
        f"{error / baseline_error:.2f} ×",
        f"{metrics['top3']:.2%}",
        f"{metrics['top5']:.2%}",
        f"{metrics['macro_recall']:.2%} ± {margin_of_macro(metrics['classes']):.2f}",
        f"{trained.parameters:,}",
        f"{len(trained.artifact) / 1000:,.0f} kB",
        f"{result.milliseconds * 1000:.0f} µs",
        f"{trained.seconds:,.0f} s ({trained.cpu_seconds:,.0f} CPU-s)",
        f"{speed:.2f} ×",
    ]
    return f"| {' | '.join(cells)} |"


def margin(share: float, count: int) -> float:
    """Return half the width of the 95 % interval of a share, in points."""
    return float(196 * np.sqrt(share * (1 - share) / count))


def margin_of_macro(classes: dict[str, dict[str, Any]]) -> float:
    """Return half the width of the 95 % interval of the mean recall of the classes, in points."""
    tested = [(scores["recall"], scores["support"]) for scores in classes.values() if scores["support"]]
    # Two successes and two failures are added (Agresti and Coull 1998): few drawings, all right, would seem certain.
    adjusted = [((recall * count + 2) / (count + 4), count + 4) for recall, count in tested]
    variance = sum(recall * (1 - recall) / count for recall, count in adjusted)
    return float(196 * np.sqrt(variance) / len(adjusted))


if __name__ == "__main__":
    main()

"""Compares the speed and memory of training with `model.fit` on arrays in memory, in the same run.

    QUICKDRAW_DIR=folder make bench B=train [ARGS="--preset standard --rounds 3"]

The folder holds official bitmaps; ten classes of them are repeated to files of ten thousand and of a hundred thousand
drawings. Both train the same network. `model.fit` uses Keras's own layers, distorts nothing and sees no scribbles; ours
does all that a retraining does. Each figure is of a separate process; the rate is that of its later steps. Prints
Markdown. For the time of a retraining from click to served see `bench.feedback_loop`.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from recognition.imaging.bitmap import SIZE
from training.data.drawing_index import Drawings, Part

if TYPE_CHECKING:
    import keras

CLASSES = ("airplane", "apple", "bicycle", "cat", "circle", "crown", "eye", "fish", "house", "star")
SMALL_ROWS, LARGE_ROWS = 10_000, 100_000
BATCH_ROWS = 256
WARM_UP_STEPS = 20  # not measured: compiling, first page faults
STEPS = 150


@dataclass(frozen=True)
class TrainingSpeed:
    per_second: float  # drawings
    megabytes: float  # the largest resident size


TrainFunction = Callable[[Path, str], float]


def main() -> None:
    options = parse_arguments()
    with TemporaryDirectory(prefix="doodlesite-bench-") as temporary:
        folders = {count: Path(temporary) / str(count) for count in (SMALL_ROWS, LARGE_ROWS)}
        for count, folder in folders.items():
            make_files(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")), folder, count)
        speeds: dict[tuple[str, int], list[TrainingSpeed]] = {}
        for _ in range(options.rounds):
            for count, folder in folders.items():
                for name, train in TRAIN_FUNCTIONS.items():
                    speeds.setdefault((name, count), []).append(compute_metrics(train, folder, options.preset))
    print_table(speeds)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=["quick", "standard", "best"], default="standard")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def make_files(source: Path, folder: Path, count: int) -> None:
    folder.mkdir()
    for name in CLASSES:
        drawings = np.load(source / "full" / "numpy_bitmap" / f"{name}.npy")
        np.save(folder / f"{name}.npy", np.resize(drawings, (count // len(CLASSES), SIZE * SIZE)))


def compute_metrics(train: TrainFunction, folder: Path, preset: str) -> TrainingSpeed:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_measured, train, folder, preset).result()


def _measured(train: TrainFunction, folder: Path, preset: str) -> TrainingSpeed:
    import django

    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    django.setup()
    per_second = train(folder, preset)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes per unit of getrusage
    return TrainingSpeed(per_second, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)


def train_like_retraining(folder: Path, preset: str) -> float:
    """Train as a retraining does, from mapped files; return drawings per second."""
    import keras

    from training.augmentation.batches import Batches, Pools
    from training.augmentation.scribbles import scribbles
    from training.config import Preset
    from training.fit import fit, make_student
    from training.hyperparameters import PRESETS
    from training.network.cnn import fastest_precision

    files = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in CLASSES]
    rows = [np.arange(len(file), dtype=np.int32) for file in files]
    drawings = Drawings([Part(index, *pair) for index, pair in enumerate(zip(files, rows, strict=True))])
    hyper = replace(
        PRESETS[Preset(preset)],
        batch_size=BATCH_ROWS,
        epochs=1,
        steps_per_epoch=WARM_UP_STEPS + STEPS,
        precision=fastest_precision(),
    )
    started = 0.0

    def start(batch: int, logs: object) -> None:
        nonlocal started
        started = time.perf_counter() if batch + 1 == WARM_UP_STEPS else started

    batches = Batches(Pools(drawings, outliers=scribbles(100, 0)), hyper)
    fit(make_student(CLASSES, hyper), batches, [keras.callbacks.LambdaCallback(on_train_batch_end=start)])
    return STEPS * BATCH_ROWS / (time.perf_counter() - started)


def train_with_fit(folder: Path, preset: str) -> float:
    """Train as tutorials do, with `model.fit` on arrays in memory; return drawings per second."""
    import keras

    files = [np.load(folder / f"{name}.npy") for name in CLASSES]
    images = np.concatenate(files).reshape(-1, SIZE, SIZE, 1).astype(np.float32) / 255
    targets = np.repeat(np.arange(len(CLASSES)), [len(file) for file in files])
    network = keras_network(preset)
    network.compile("adamw", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    network.fit(images, targets, BATCH_ROWS, steps_per_epoch=WARM_UP_STEPS, verbose=0)
    started = time.perf_counter()
    done = 0
    while done < STEPS:  # fit ends an epoch where the data end
        steps = min(STEPS - done, len(images) // BATCH_ROWS)
        network.fit(images, targets, BATCH_ROWS, steps_per_epoch=steps, verbose=0)
        done += steps
    return STEPS * BATCH_ROWS / (time.perf_counter() - started)


def keras_network(preset: str) -> keras.Model:
    """Build the network of a preset from Keras's own layers."""
    import keras

    from training.config import Preset
    from training.hyperparameters import PRESETS

    def convolve(features: Any, channels: int, *, relu: bool = True) -> Any:
        features = keras.layers.Conv2D(channels, 3, padding="same", use_bias=False)(features)
        features = keras.layers.BatchNormalization()(features)
        return keras.layers.ReLU()(features) if relu else features

    hyper = PRESETS[Preset(preset)]
    images = features = keras.Input((SIZE, SIZE, 1))
    for level, (channels, blocks) in enumerate(zip(hyper.channels, hyper.blocks, strict=True)):
        if level:
            features = keras.layers.MaxPooling2D(padding="same")(features)
        features = convolve(features, channels)
        for _ in range(blocks):
            change = convolve(convolve(features, channels), channels, relu=False)
            features = keras.layers.ReLU()(keras.layers.Add()([features, change]))
    pooled = keras.layers.GlobalAveragePooling2D()(features)
    return keras.Model(images, keras.layers.Dense(len(CLASSES))(pooled))


TRAIN_FUNCTIONS: dict[str, TrainFunction] = {"model.fit": train_with_fit, "ours": train_like_retraining}


def print_table(speeds: dict[tuple[str, int], list[TrainingSpeed]]) -> None:
    print("| way | drawings | drawings a second | relative to model.fit | peak memory |\n|---|---|---|---|---|")
    for (name, count), rounds in speeds.items():
        baseline = speeds["model.fit", count]
        ratio = median(ours.per_second / fit.per_second for ours, fit in zip(rounds, baseline, strict=True))
        rate, memory = median(speed.per_second for speed in rounds), max(speed.megabytes for speed in rounds)
        print(f"| {name} | {count:,} | {rate:,.0f} | {ratio:.2f} | {memory:,.0f} MB |")


if __name__ == "__main__":
    main()

"""Measures how many distorted drawings DoodleNet recognizes, with and without their contrast restored.

    QUICKDRAW_DIR=folder make bench B=teacher_contrast

Takes up to 12 training drawings of each class, as they are and distorted as in training. Prints Markdown.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

import bench.django_setup  # noqa: F401
from recognition.imaging.splits import Split
from training.augmentation.affine import distort
from training.data.quickdraw_data import read_quickdraw_class
from training.network.cnn import to_images
from training.network.teacher import doodlenet, with_contrast
from training.quickdraw.catalog import categories
from training.quickdraw.folder import QuickDrawFolder

PER_CLASS = 12
STRENGTHS = (0.0, 0.2, 1.0)  # of the distortion; trainings use 1


def main() -> None:
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve())
    names = sorted(categories())
    classes = [read_quickdraw_class(folder, name, 2_000)[0] for name in names]
    drawings = [data.official[data.rows[Split.TRAIN][:PER_CLASS]] for data in classes]
    images = to_images(np.concatenate(drawings))
    targets = np.repeat(np.arange(len(names)), [len(own) for own in drawings])
    teacher = doodlenet(folder, names, "float32")
    print("| distortion | as it is | with contrast |\n|---|---|---|")
    for strength in STRENGTHS:
        distorted = distort(images, (0, 1), strength)
        shares = [
            np.mean(one.predict(distorted, batch_size=512, verbose=0).argmax(axis=1) == targets)
            for one in (teacher, with_contrast(teacher))
        ]
        print(f"| {strength:.1f} | {shares[0]:.1%} | {shares[1]:.1%} |")


if __name__ == "__main__":
    main()

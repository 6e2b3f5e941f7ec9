"""Mirror images: classes that look alike once one is mirrored, as “b” and “d” do.

A version answers a drawing and its mirror image alike, so that it cannot tell such classes apart until their direction
matters.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from training.data.dataset import Dataset
from training.data.drawing_index import Pixels
from training.data.near_copies import Vectors, unit_vectors

DRAWINGS_PER_CLASS = 100
MIN_DRAWINGS = 10
# Of all pairs of Quick, Draw!'s 345 words, none gains more than 0.08 by being mirrored; arrows gain 0.33, “b” and “d”
# 0.18 (bench/mirror_images.py).
MIN_GAIN = 0.12  # of the average cosine with the most similar drawing
MIN_RATIO = 0.9  # of the cosine within a class: mirrored, the drawings could be of the other class


def find_mirror_images(dataset: Dataset, names: Collection[str]) -> dict[str, str]:
    """Return which of the named classes look like another one mirrored, and like which.

    Classes whose direction matters, and those with too few drawings, are left out.
    """
    asked = sorted(set(names) - dataset.directed)
    if not asked:
        return {}
    sides = [side[Split.TRAIN].first_of_each_class(DRAWINGS_PER_CLASS) for side in (dataset.base, dataset.collected)]
    pictures = {}
    for target, name in enumerate(dataset.labels):
        rows = [side.pixels(np.flatnonzero(side.targets == target)) for side in sides]
        pictures[name] = np.concatenate(rows)[:DRAWINGS_PER_CLASS]
    vectors = {name: unit_vectors(pixels) for name, pixels in pictures.items()}
    found = {}
    for name in asked:
        mirrored = unit_vectors(mirror_images(pictures[name]))
        gains = {
            other: mirror_gain(vectors[name], mirrored, reference)
            for other, reference in vectors.items()
            if other != name
        }
        best = max(gains, key=gains.__getitem__, default=name)
        if gains.get(best, 0.0) >= MIN_GAIN:
            found[name] = best
    return found


def mirror_images(pixels: Pixels) -> Pixels:
    """Mirror drawings, uint8 (n, 784)."""
    return pixels.reshape(-1, SIZE, SIZE)[:, :, ::-1].reshape(-1, SIZE * SIZE)


def mirror_gain(own: Vectors, mirrored: Vectors, others: Vectors) -> float:
    """Return how much more drawings resemble those of another class mirrored; 0 if they do not resemble them then.

    own, mirrored: unit vectors of drawings and of their mirror images. others: of the other class.
    """
    if min(len(own), len(others)) < MIN_DRAWINGS:
        return 0.0
    half = len(own) // 2
    within = (own[:half] @ own[half:].T).max(axis=1).mean()
    as_mirrored = (mirrored @ others.T).max(axis=1).mean()
    if as_mirrored < MIN_RATIO * within:
        return 0.0
    return float(as_mirrored - (own @ others.T).max(axis=1).mean())

"""Measures how often two words look alike once one is mirrored, though neither has a direction that matters.

    QUICKDRAW_DIR=folder make bench B=mirror_images

Takes every pair of Quick, Draw!'s words, and drawn arrows and letters that are mirror images of each other, and prints
the pairs that gain most cosine similarity by being mirrored, by `training.data.mirror_images`.
"""

from __future__ import annotations

import os
from itertools import permutations
from pathlib import Path

import numpy as np

import bench.django_setup  # noqa: F401
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from training.data.drawing_index import Pixels
from training.data.mirror_images import DRAWINGS_PER_CLASS, MIN_GAIN, mirror_gain, mirror_images
from training.data.near_copies import unit_vectors
from training.quickdraw.catalog import categories
from training.quickdraw.folder import QuickDrawFolder

SHOWN = 12


def main() -> None:
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve())
    pictures = {name: np.asarray(folder.bitmaps(name)[:DRAWINGS_PER_CLASS]) for name in sorted(categories())}
    words = len(pictures)
    pictures |= {"(arrow to the left)": glyphs(arrow(-1)), "(arrow to the right)": glyphs(arrow(1))}
    pictures |= {"(b)": glyphs(letter(1)), "(d)": glyphs(letter(-1))}
    vectors = {name: unit_vectors(pixels) for name, pixels in pictures.items()}
    mirrored = {name: unit_vectors(mirror_images(pixels)) for name, pixels in pictures.items()}
    gains = {
        (one, two): mirror_gain(vectors[one], mirrored[one], vectors[two]) for one, two in permutations(vectors, 2)
    }
    print(f"{words} words; pairs that gain {MIN_GAIN} or more are told of.\n")
    print("| class | looks like, mirrored | cosine gained |\n|---|---|---|")
    for (name, other), gain in sorted(gains.items(), key=lambda item: -item[1])[:SHOWN]:
        print(f"| {name} | {other} | {gain:.3f} |")


def arrow(side: int) -> Strokes:
    return [[[0.0, 10.0 * side], [0.0, 0.0]], [[7.0 * side, 10.0 * side, 7.0 * side], [-3.0, 0.0, 3.0]]]


def letter(side: int) -> Strokes:
    turns = np.linspace(0, 2 * np.pi, 20)
    bowl = [(side * 2.5 * (1 + np.cos(turns))).tolist(), (7.5 + 2.5 * np.sin(turns)).tolist()]
    return [[[0.0, 0.0], [0.0, 10.0]], bowl]


def glyphs(strokes: Strokes) -> Pixels:
    """Return shaky drawings of a shape: uint8 (DRAWINGS_PER_CLASS, 784)."""
    random = np.random.default_rng(0)
    shaky = [
        [(np.array(stroke) + random.normal(0, 0.4, np.array(stroke).shape)).tolist() for stroke in strokes]
        for _ in range(DRAWINGS_PER_CLASS)
    ]
    return np.array([rasterize(drawing).reshape(-1) for drawing in shaky])


if __name__ == "__main__":
    main()

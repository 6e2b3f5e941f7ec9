"""Simple drawings that a network tells apart within seconds: crossed lines, a ring of corners, a zigzag."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes

KINDS = ("cross", "ring", "zigzag")


def doodle(kind: str, random: np.random.Generator) -> Strokes:
    """Draw one, a little different every time."""
    points = _points(kind) + random.normal(0, 0.06, _points(kind).shape)
    return [[stroke[:, 0].tolist(), stroke[:, 1].tolist()] for stroke in points]


@cache
def doodles(kind: str, count: int, seed: int = 0) -> npt.NDArray[np.uint8]:
    """Return bitmaps: uint8 (count, 784), read-only."""
    random = np.random.default_rng([seed, KINDS.index(kind)])
    bitmaps = np.array([rasterize(doodle(kind, random)).reshape(784) for _ in range(count)]).reshape(-1, 784)
    bitmaps.flags.writeable = False
    return bitmaps


def save_base(root: Path, counts: dict[str, int]) -> None:
    """Save official files: so many drawings of each kind."""
    folder = root / "full" / "numpy_bitmap"
    folder.mkdir(parents=True, exist_ok=True)
    for kind, count in counts.items():
        np.save(folder / f"{kind}.npy", doodles(kind, count))


def _points(kind: str) -> npt.NDArray[np.float64]:
    """Return strokes (strokes, points, 2)."""
    if kind == "cross":
        return np.array([[[0.0, 0.0], [1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]])
    if kind == "ring":
        return np.array([[[math.cos(step), math.sin(step)] for step in np.linspace(0, math.tau, 8)]])
    return np.array([[[step / 5, step % 2] for step in range(6)]])

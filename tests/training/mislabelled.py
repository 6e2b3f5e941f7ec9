"""Official files of what the tiny network knows, some of them with a drawing of another class in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from tests.factories import strokes_of


def drawn(word: str, count: int, shake: float = 6.0) -> npt.NDArray[np.uint8]:
    """Return uint8 (count, 784): a real drawing, each time with points off by about so many units of 256."""
    random = np.random.default_rng(len(word))
    drawings = [rasterize(_shaken(strokes_of(word), shake, random)) for _ in range(count)]
    return np.array(drawings, np.uint8).reshape(-1, 784)


def misplaced(count: int) -> npt.NDArray[np.uint8]:
    """Return houses, uint8 (count, 784), of which the tiny network is surer than of most."""
    return drawn("house", count, shake=0.5)


def save_mislabelled(root: Path, *, cats: int = 30, houses: int = 30, wrong: int = 2) -> None:
    """Save cats and houses; among the cats are houses, the last ones in the file."""
    folder = root / "full" / "numpy_bitmap"
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "cat.npy", np.concatenate([drawn("cat", cats), misplaced(wrong)]))
    np.save(folder / "house.npy", drawn("house", houses))


def _shaken(strokes: Strokes, shake: float, random: np.random.Generator) -> Strokes:
    def shaken(axis: list[float]) -> list[float]:
        return (np.array(axis) + random.normal(0, shake, len(axis))).tolist()

    return [[shaken(axis) for axis in stroke[:2]] for stroke in strokes]

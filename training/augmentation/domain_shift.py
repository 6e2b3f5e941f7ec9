"""Domain shift: how user drawings differ from Quick, Draw!, by quarter turns (a phone held sideways) or line width.

A few hundred user drawings cannot teach a network to recognize every class turned. The base can, when some of its
drawings are turned in the same way. Mirrored drawings cannot be told: the champion recognizes them as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from training.data.drawing_index import Drawings, Pixels

MAX_SAMPLE_DRAWINGS = 1_000  # user drawings looked at
MIN_DRAWINGS = 20  # user drawings; from fewer, no shift is concluded
BASE_DRAWINGS_PER_CLASS = 100  # whose ink is compared
MIN_SHARE = 0.2  # of drawings that counts as a shift; fewer than 1 in 10 ordinary drawings are only known turned

Scores = npt.NDArray[np.float32]
ScoreFunction = Callable[[Pixels], Scores]  # a network: uint8 (n, 784) in, scores (n, classes) out


@dataclass(frozen=True)
class DomainShift:
    """The share of user drawings in each turn other than upright, and the share with bolder lines than the base."""

    turns: dict[int, float] = field(default_factory=dict)  # by quarter turns, counterclockwise
    bold: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.turns or self.bold)

    def __str__(self) -> str:
        shares = [f"{share:.0%} turned by {quarters * 90}°" for quarters, share in self.turns.items()]
        return ", ".join([*shares, f"{self.bold:.0%} bold"] if self.bold else shares)

    def sample(self, count: int, random: np.random.Generator) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        """Return by how many quarters to turn each of some base drawings, (count,), and which to embolden, (count,)."""
        shares = [1 - sum(self.turns.values()), *self.turns.values()]
        turns = random.choice([0, *self.turns], count, p=shares).astype(np.int32)
        return turns, random.random(count) < self.bold


def estimate_domain_shift(collected: Drawings, base: Drawings, champion: ScoreFunction) -> DomainShift:
    """Estimate how user drawings differ from the base; an empty shift when they differ in too few cases.

    collected: user drawings of classes that the champion knows; it cannot tell anything about other classes.
    champion: its scores are in the order of the drawings' targets.
    """
    chosen = np.random.default_rng(0).permutation(len(collected))[:MAX_SAMPLE_DRAWINGS]
    if len(chosen) < MIN_DRAWINGS or not len(base):
        return DomainShift()
    pixels, targets = collected.pixels(chosen), collected.targets[chosen]
    # (4, n): which drawings the champion recognizes once they are turned back by 0, 1, 2 and 3 quarters. Those that it
    # recognizes in exactly one of the four tell how they were turned.
    recognized = np.stack([champion(turned(pixels, -quarters)).argmax(axis=1) == targets for quarters in range(4)])
    telling = recognized.sum(axis=0) == 1
    # Every class weighs the same. Otherwise many copies of a single drawing would look like a shift.
    weights = telling / np.bincount(targets)[targets]
    shares = recognized @ weights / max(weights.sum(), 1e-9)  # (4,)
    turns = {quarters: float(shares[quarters]) for quarters in (1, 2, 3) if shares[quarters] > MIN_SHARE}
    return DomainShift(turns, _bold_share(pixels, targets, base))


def turned(pixels: Pixels, quarters: int) -> Pixels:
    """Turn drawings, uint8 (n, 784), by quarter turns, counterclockwise."""
    return np.rot90(pixels.reshape(-1, SIZE, SIZE), quarters, axes=(1, 2)).reshape(-1, SIZE * SIZE)


def embolden(pixels: Pixels) -> Pixels:
    """Make every line of drawings, uint8 (n, 784), one pixel wider."""
    # A dilation with a 2 x 2 square: each pixel becomes the maximum of itself and its right and lower neighbours.
    images = np.pad(pixels.reshape(-1, SIZE, SIZE), ((0, 0), (0, 1), (0, 1)))  # (n, 29, 29)
    corners = [images[:, down : down + SIZE, right : right + SIZE] for down in (0, 1) for right in (0, 1)]
    wider: Pixels = np.maximum.reduce(corners).reshape(-1, SIZE * SIZE)
    return wider


def _bold_share(pixels: Pixels, targets: npt.NDArray[np.int32], base: Drawings) -> float:
    """Return the share of base drawings to embolden, so that they have as much ink as user drawings.

    Compares drawings of the same classes, because some classes take more ink than others.
    """
    own = base.select(np.isin(base.targets, targets)).first_of_each_class(BASE_DRAWINGS_PER_CLASS)
    if not len(own):
        return 0.0
    classes = base.targets.max() + 1
    in_base = np.isin(targets, own.targets)
    weights = np.bincount(targets[in_base], minlength=classes) / in_base.sum()  # (classes,)

    def ink(drawings: Pixels) -> float:
        """Return the mean ink of base drawings, with as many of each class as people drew."""
        totals = np.bincount(own.targets, weights=drawings.mean(axis=1), minlength=classes)
        return float(weights @ (totals / np.maximum(1, np.bincount(own.targets, minlength=classes))))

    base_pixels = own.pixels(np.arange(len(own)))
    plain, bold = ink(base_pixels), ink(embolden(base_pixels))
    # Linear interpolation of the mean ink between no base drawing emboldened (0) and all of them (1).
    share = (pixels[in_base].mean() - plain) / (bold - plain)
    return float(min(share, 1.0)) if share >= MIN_SHARE else 0.0

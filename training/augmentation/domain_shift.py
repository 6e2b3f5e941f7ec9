"""How people draw here, where it is not as Quick, Draw! draws: turned, as on a phone held sideways, or bolder.

A few hundred collected drawings cannot teach a network to see everything turned; the base can, shown in their style.
The champion tells the pose: what it does not know as it is, but knows once it is turned, was drawn turned. Mirrored it
knows everything as well, having seen every other drawing so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from training.data.drawing_index import Drawings, Pixels

SAMPLE = 1_000  # collected drawings looked at
FEWEST = 20  # collected drawings without which nothing is concluded
LEAST = 0.2  # share that makes a style; of ordinary drawings fewer than one in ten is only known turned

Scores = npt.NDArray[np.float32]
Champion = Callable[[Pixels], Scores]  # uint8 (n, 784) in, (n, classes) out


@dataclass(frozen=True)
class Pose:
    """How a drawing lies on its paper."""

    quarters: int  # quarter turns, counterclockwise

    def put(self, pixels: Pixels) -> Pixels:
        """Return upright drawings, uint8 (n, 784), as they look in this pose."""
        return np.rot90(pixels.reshape(-1, SIZE, SIZE), self.quarters, axes=(1, 2)).reshape(-1, SIZE * SIZE)

    def upright(self, pixels: Pixels) -> Pixels:
        """Undo `put`."""
        return Pose(-self.quarters).put(pixels)

    def __str__(self) -> str:
        return f"turned by {self.quarters * 90}°"


POSES = [Pose(quarters) for quarters in (1, 2, 3)]


@dataclass(frozen=True)
class Style:
    """Which share of what people draw lies in which pose but upright, and which share is bolder than the base."""

    poses: dict[Pose, float] = field(default_factory=dict)
    bold: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.poses or self.bold)

    def __str__(self) -> str:
        shares = [f"{share:.0%} {pose}" for pose, share in self.poses.items()]
        return ", ".join([*shares, f"{self.bold:.0%} bold"] if self.bold else shares)

    def put(self, pixels: Pixels, random: np.random.Generator) -> Pixels:
        """Return base drawings, uint8 (n, 784), each in this style as chance has it."""
        styled = pixels.copy()
        lot = random.random(len(pixels))
        for pose, share in self.poses.items():
            chosen = (lot >= 0) & (lot < share)
            styled[chosen] = pose.put(pixels[chosen])
            lot -= share
        chosen = random.random(len(pixels)) < self.bold
        styled[chosen] = embolden(styled[chosen])
        return styled


def find_style(collected: Drawings, base: Drawings, champion: Champion) -> Style:
    """Find out how the collected drawings differ from the base, where they do in too many cases to be chance.

    collected: of classes that the champion knows, as it can tell nothing about others.
    champion: gives its scores in the order of the drawings' targets.
    """
    chosen = np.random.default_rng(0).permutation(len(collected))[:SAMPLE]
    if len(chosen) < FEWEST or not len(base):
        return Style()
    pixels, targets = collected.pixels(chosen), collected.targets[chosen]
    return Style(_poses(pixels, targets, champion), _boldness(pixels, targets, base))


def embolden(pixels: Pixels) -> Pixels:
    """Make every line of drawings, uint8 (n, 784), one pixel wider."""
    images = np.pad(pixels.reshape(-1, SIZE, SIZE), ((0, 0), (0, 1), (0, 1)))
    corners = [images[:, down : down + SIZE, right : right + SIZE] for down in (0, 1) for right in (0, 1)]
    wider: Pixels = np.maximum.reduce(corners).reshape(-1, SIZE * SIZE)
    return wider


def _poses(pixels: Pixels, targets: npt.NDArray[np.int32], champion: Champion) -> dict[Pose, float]:
    """Return the share of each pose among the drawings that tell: not those known as they are and turned, or never."""
    right = {pose: champion(pose.upright(pixels)).argmax(axis=1) == targets for pose in POSES}
    as_drawn = champion(pixels).argmax(axis=1) == targets
    by_class = 1 / np.bincount(targets)[targets]  # all classes count alike, or many copies of one would make a style
    unexplained = ~as_drawn
    explained: dict[Pose, float] = {}
    while left := [pose for pose in POSES if pose not in explained]:
        pose = max(left, key=lambda one: by_class[right[one] & unexplained].sum())
        explained[pose] = float(by_class[right[pose] & unexplained].sum())
        unexplained &= ~right[pose]
    likeliest, *_ = explained
    telling = sum(explained.values()) + float(by_class[as_drawn & ~right[likeliest]].sum())
    return {pose: weight / telling for pose, weight in explained.items() if weight > LEAST * telling}


def _boldness(pixels: Pixels, targets: npt.NDArray[np.int32], base: Drawings) -> float:
    """Return the share of base drawings of the same classes to embolden so that there is as much ink in them."""
    by_class = np.argsort(base.targets, kind="stable")
    counts = np.bincount(base.targets, minlength=targets.max() + 1)
    known = counts[targets] > 0
    if not known.any():
        return 0.0
    starts, random = np.cumsum(counts) - counts, np.random.default_rng(0)
    plain = base.pixels(by_class[starts[targets[known]] + random.integers(0, counts[targets[known]])])
    share = (pixels[known].mean() - plain.mean()) / (embolden(plain).mean() - plain.mean())
    return float(min(share, 1.0)) if share >= LEAST else 0.0

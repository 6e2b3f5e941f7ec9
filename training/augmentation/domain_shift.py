"""Domain shift: how user drawings differ from Quick, Draw!, by rotation (a phone held sideways) or line width.

A few hundred user drawings cannot teach a network to recognize every class rotated. The base can, when some of its
drawings are transformed in the same way.

The champion detects the rotation: a drawing that it recognizes only after rotating it back was drawn rotated.
Mirroring cannot be detected so, because the champion was trained on mirrored drawings and recognizes them as they are.
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
MIN_SHARE = 0.2  # of drawings that counts as a shift; fewer than 1 in 10 ordinary drawings are only known rotated

Scores = npt.NDArray[np.float32]
ScoreFunction = Callable[[Pixels], Scores]  # a network: uint8 (n, 784) in, scores (n, classes) out


@dataclass(frozen=True)
class Pose:
    """A rotation of a drawing by quarter turns."""

    quarters: int  # quarter turns, counterclockwise

    def apply(self, pixels: Pixels) -> Pixels:
        """Rotate upright drawings, uint8 (n, 784), into this pose."""
        return np.rot90(pixels.reshape(-1, SIZE, SIZE), self.quarters, axes=(1, 2)).reshape(-1, SIZE * SIZE)

    def undo(self, pixels: Pixels) -> Pixels:
        """Rotate drawings in this pose upright: the inverse of `apply`."""
        return Pose(-self.quarters).apply(pixels)

    def __str__(self) -> str:
        return f"turned by {self.quarters * 90}°"


POSES = [Pose(quarters) for quarters in (1, 2, 3)]


@dataclass(frozen=True)
class DomainShift:
    """The share of user drawings in each pose other than upright, and the share with bolder lines than the base."""

    poses: dict[Pose, float] = field(default_factory=dict)
    bold: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.poses or self.bold)

    def __str__(self) -> str:
        shares = [f"{share:.0%} {pose}" for pose, share in self.poses.items()]
        return ", ".join([*shares, f"{self.bold:.0%} bold"] if self.bold else shares)

    def apply(self, pixels: Pixels, random: np.random.Generator) -> Pixels:
        """Return base drawings, uint8 (n, 784), with random ones rotated or emboldened in these shares."""
        shifted = pixels.copy()
        # One random number a drawing. Subtracting each share moves on to the next pose's interval, so that a drawing
        # gets one pose at most.
        remaining = random.random(len(pixels))
        for pose, share in self.poses.items():
            chosen = (remaining >= 0) & (remaining < share)
            shifted[chosen] = pose.apply(pixels[chosen])
            remaining -= share
        chosen = random.random(len(pixels)) < self.bold
        shifted[chosen] = embolden(shifted[chosen])
        return shifted


def estimate_domain_shift(collected: Drawings, base: Drawings, champion: ScoreFunction) -> DomainShift:
    """Estimate how user drawings differ from the base; an empty shift when they differ in too few cases.

    collected: user drawings of classes that the champion knows; it cannot tell anything about other classes.
    champion: its scores are in the order of the drawings' targets.
    """
    chosen = np.random.default_rng(0).permutation(len(collected))[:MAX_SAMPLE_DRAWINGS]
    if len(chosen) < MIN_DRAWINGS or not len(base):
        return DomainShift()
    pixels, targets = collected.pixels(chosen), collected.targets[chosen]
    return DomainShift(_pose_shares(pixels, targets, champion), _bold_share(pixels, targets, base))


def embolden(pixels: Pixels) -> Pixels:
    """Make every line of drawings, uint8 (n, 784), one pixel wider."""
    # A dilation with a 2 x 2 square: each pixel becomes the maximum of itself and its right and lower neighbours.
    images = np.pad(pixels.reshape(-1, SIZE, SIZE), ((0, 0), (0, 1), (0, 1)))  # (n, 29, 29)
    corners = [images[:, down : down + SIZE, right : right + SIZE] for down in (0, 1) for right in (0, 1)]
    wider: Pixels = np.maximum.reduce(corners).reshape(-1, SIZE * SIZE)
    return wider


def _pose_shares(pixels: Pixels, targets: npt.NDArray[np.int32], champion: ScoreFunction) -> dict[Pose, float]:
    """Return the share of each pose among the informative drawings.

    A drawing that is recognized both as it is and rotated, or in no pose at all, is not informative.
    """
    correct = {pose: champion(pose.undo(pixels)).argmax(axis=1) == targets for pose in POSES}  # each (n,)
    correct_as_drawn = champion(pixels).argmax(axis=1) == targets
    # Every class weighs the same. Otherwise many copies of a single drawing would look like a shift.
    weights = 1 / np.bincount(targets)[targets]
    unexplained = ~correct_as_drawn
    explained: dict[Pose, float] = {}
    # Greedy: the pose that explains most of the remaining drawings comes first and takes them.
    while left := [pose for pose in POSES if pose not in explained]:
        best = max(left, key=lambda pose: weights[correct[pose] & unexplained].sum())
        explained[best] = float(weights[correct[best] & unexplained].sum())
        unexplained &= ~correct[best]
    likeliest, *_ = explained
    # Drawings that are recognized as they are but not in the likeliest pose speak for upright.
    upright = float(weights[correct_as_drawn & ~correct[likeliest]].sum())
    informative = sum(explained.values()) + upright
    return {pose: weight / informative for pose, weight in explained.items() if weight > MIN_SHARE * informative}


def _bold_share(pixels: Pixels, targets: npt.NDArray[np.int32], base: Drawings) -> float:
    """Return the share of base drawings to embolden, so that they have as much ink as user drawings.

    Compares drawings of the same classes, because some classes take more ink than others.
    """
    by_class = np.argsort(base.targets, kind="stable")  # base indices, class by class
    counts = np.bincount(base.targets, minlength=targets.max() + 1)
    in_base = counts[targets] > 0
    if not in_base.any():
        return 0.0
    starts, random = np.cumsum(counts) - counts, np.random.default_rng(0)
    # For each user drawing a random base drawing of its class.
    matched = by_class[starts[targets[in_base]] + random.integers(0, counts[targets[in_base]])]
    plain = base.pixels(matched)
    # Linear interpolation of the mean ink between no base drawing emboldened (0) and all of them (1).
    share = (pixels[in_base].mean() - plain.mean()) / (embolden(plain).mean() - plain.mean())
    return float(min(share, 1.0)) if share >= MIN_SHARE else 0.0

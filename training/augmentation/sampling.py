"""Which drawings an epoch shows, and in which order: rare classes and user drawings more often than their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from training.augmentation.domain_shift import DomainShift
from training.data.batch import NOTHING, Batch
from training.data.drawing_index import Drawings, Pixels

RELEASE_EVERY_BATCHES = 10  # a drawing read from a mapped file may hold 64 kB of memory until its pages are released


@dataclass(frozen=True)
class Mixture:
    """The composition of a batch."""

    batch_size: int = 256
    # A class with n drawings is shown n^balance times as often as a class with one: 1 is proportional, 0 is uniform.
    # In a trial on all 345 classes, 0.5 instead of 1 gained 8 points of macro recall and cost 4 points of top-1.
    balance: float = 0.7
    collected_share: float = 0.2  # of the batch: user drawings
    max_class_share: float = 0.2  # of the batch: user drawings of one class
    max_repeats: float = 8.0  # times that an epoch shows one user drawing
    shifted_share: float = 0.2  # of the base drawings: shown with the domain shift, if there is one
    augmented_share: float = 0.2  # of the batch: stroke-augmented base drawings
    outlier_share: float = 0.12  # of the batch


@dataclass(frozen=True)
class Pools:
    """The drawings that batches are sampled from."""

    base: Drawings
    collected: Drawings = field(default_factory=lambda: Drawings([]))  # user drawings
    augmented: Drawings = field(default_factory=lambda: Drawings([]))  # base drawings after stroke augmentation
    outliers: Pixels = field(default_factory=lambda: np.empty((0, SIZE * SIZE), np.uint8))  # of no class


class Sampler:
    """Makes the batches of an epoch; always the same for the same pools, mixture, seed and epoch."""

    def __init__(
        self, pools: Pools, mixture: Mixture, epoch_size: int, seed: int, shift: DomainShift | None = None
    ) -> None:
        """Divide the batch among the pools.

        epoch_size: drawings that an epoch shows. shift: the domain shift of the user drawings, if there is one.
        """
        self.batch_size = mixture.batch_size
        self.steps = max(1, epoch_size // mixture.batch_size)
        self._pools = pools
        self._mixture = mixture
        self._seed = seed
        self._shift = shift
        # Rows of each batch. What the other three leave is for the base; without a base, user drawings take it.
        self._outliers = round(mixture.outlier_share * self.batch_size) if len(pools.outliers) else 0
        self._augmented = round(mixture.augmented_share * self.batch_size) if len(pools.augmented) else 0
        rest = self.batch_size - self._outliers - self._augmented
        self._collected = self._collected_per_batch() if len(pools.base) else rest
        self._base = rest - self._collected

    def _collected_per_batch(self) -> int:
        """Return how many user drawings a batch holds, so that few drawings or classes do not fill it."""
        mixture, collected = self._mixture, self._pools.collected
        share = min(mixture.collected_share, mixture.max_class_share * len(np.unique(collected.targets)))
        shown = self.steps * self.batch_size
        return round(min(share * shown, mixture.max_repeats * len(collected)) / self.steps)

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield the batches of an epoch: pixels uint8 (batch_size, 784) and targets int32 (batch_size,)."""
        random = np.random.default_rng([self._seed, number])
        pools = self._pools
        # Each order is int32 (steps, rows per batch): indices of one pool's drawings.
        base_order = self._order(pools.base, self._base, random)
        collected_order = self._order(pools.collected, self._collected, random)
        augmented_order = self._order(pools.augmented, self._augmented, random)
        no_class = np.full(self._outliers, NOTHING, np.int32)
        for step in range(self.steps):
            base, collected, augmented = base_order[step], collected_order[step], augmented_order[step]
            pixels = [
                self._with_shift(pools.base.pixels(base), random),
                pools.collected.pixels(collected),
                pools.augmented.pixels(augmented),
                pools.outliers[random.integers(0, max(1, len(pools.outliers)), self._outliers)],
            ]
            targets = [
                pools.base.targets[base],
                pools.collected.targets[collected],
                pools.augmented.targets[augmented],
                no_class,
            ]
            yield np.concatenate(pixels), np.concatenate(targets)
            if step % RELEASE_EVERY_BATCHES == 0:
                pools.base.release_pages()

    def _with_shift(self, pixels: Pixels, random: np.random.Generator) -> Pixels:
        """Apply the domain shift to some of the drawings, in place."""
        if self._shift:
            chosen = random.random(len(pixels)) < self._mixture.shifted_share
            pixels[chosen] = self._shift.apply(pixels[chosen], random)
        return pixels

    def _order(self, drawings: Drawings, per_batch: int, random: np.random.Generator) -> npt.NDArray[np.int32]:
        order = balanced_order(drawings.targets, self.steps * per_batch, self._mixture.balance, random)
        return order.reshape(self.steps, per_batch)


def balanced_order(
    targets: npt.NDArray[np.int32], size: int, balance: float, random: np.random.Generator
) -> npt.NDArray[np.int32]:
    """Return shuffled indices of drawings, int32 (size,).

    Within a class, every drawing is shown once before any is shown again.
    """
    if not size:
        return np.empty(0, np.int32)
    counts = np.bincount(targets)  # (classes,)
    weights = np.where(counts, counts.astype(float) ** balance, 0.0)  # 0 ** 0 is 1, so empty classes need the test
    wanted = random.multinomial(size, weights / weights.sum())  # (classes,): rows of each class
    by_class = np.split(np.argsort(targets, kind="stable").astype(np.int32), np.cumsum(counts)[:-1])
    chosen = [_repeated(rows, times, random) for rows, times in zip(by_class, wanted, strict=True)]
    order = np.concatenate(chosen)
    random.shuffle(order)
    return order


def _repeated(rows: npt.NDArray[np.int32], size: int, random: np.random.Generator) -> npt.NDArray[np.int32]:
    """Return `size` of the rows, in as many shuffled rounds through all of them as that takes."""
    if not size:
        return rows[:0]
    rounds = [random.permutation(rows) for _ in range(-(-size // len(rows)))]  # ceiling division
    return np.concatenate(rounds)[:size]

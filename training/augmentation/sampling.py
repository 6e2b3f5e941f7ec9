"""Which drawings an epoch shows, in which order: those of thin classes more often, collected ones more often too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from training.augmentation.domain_shift import Style
from training.data.batch import NOTHING, Batch
from training.data.drawing_index import Drawings, Pixels

FORGET_EVERY = 10  # batches; each drawing read from a mapped file may take 64 kB of memory until it is forgotten


@dataclass(frozen=True)
class Mixture:
    """What the batches are made of."""

    batch: int = 256
    # A class with n drawings is shown n^balance times as often as one with a single drawing: 1 is as they come, 0 all
    # classes alike. 0.5 instead of 1 gained 8 points of macro recall for 4 of top-1 on all 345 classes, in a trial.
    balance: float = 0.7
    collected: float = 0.2  # share of the batch
    most_of_a_class: float = 0.2  # share of the batch that collected drawings of one class may take
    most_repeats: float = 8.0  # times an epoch that a collected drawing is shown at most
    restyled: float = 0.2  # share of the base drawings that are shown in the collected ones' style, if it is another
    varied: float = 0.2  # share of the batch
    outliers: float = 0.12  # share of the batch


@dataclass(frozen=True)
class Pools:
    """What there is to be shown."""

    base: Drawings
    collected: Drawings = field(default_factory=lambda: Drawings([]))
    varied: Drawings = field(default_factory=lambda: Drawings([]))  # of the base, as other hands might have drawn it
    outliers: Pixels = field(default_factory=lambda: np.empty((0, SIZE * SIZE), np.uint8))  # none of the classes


class Sampler:
    """Makes an epoch's batches; always the same for the same drawings, mixture, seed and epoch."""

    def __init__(self, pools: Pools, mixture: Mixture, epoch_size: int, seed: int, style: Style | None = None) -> None:
        """epoch_size: how many drawings an epoch shows. style: of the collected drawings, where it is another."""
        self.batch = mixture.batch
        self.steps = max(1, epoch_size // mixture.batch)
        self._pools = pools
        self._mixture = mixture
        self._seed = seed
        self._style = style
        self._outliers = round(mixture.outliers * mixture.batch) if len(pools.outliers) else 0
        self._varied = round(mixture.varied * mixture.batch) if len(pools.varied) else 0
        self._collected = self._from_collected() if len(pools.base) else mixture.batch - self._outliers - self._varied

    def _from_collected(self) -> int:
        """Return how many collected drawings a batch holds."""
        mixture, collected = self._mixture, self._pools.collected
        share = min(mixture.collected, mixture.most_of_a_class * len(np.unique(collected.targets)))
        shown = self.steps * mixture.batch
        return round(min(share * shown, mixture.most_repeats * len(collected)) / self.steps)

    def epoch(self, number: int) -> Iterator[Batch]:
        random = np.random.default_rng([self._seed, number])
        base, collected, varied = self._pools.base, self._pools.collected, self._pools.varied
        from_base = self._mixture.batch - self._collected - self._varied - self._outliers
        base_order = self._order(base, from_base, random)
        collected_order = self._order(collected, self._collected, random)
        varied_order = self._order(varied, self._varied, random)
        nothing = np.full(self._outliers, NOTHING, np.int32)
        for step in range(self.steps):
            some_base, some_collected, some_varied = base_order[step], collected_order[step], varied_order[step]
            pixels = [
                self._restyled(base.pixels(some_base), random),
                collected.pixels(some_collected),
                varied.pixels(some_varied),
                self._pools.outliers[random.integers(0, max(1, len(self._pools.outliers)), self._outliers)],
            ]
            targets = [base.targets[some_base], collected.targets[some_collected], varied.targets[some_varied], nothing]
            yield np.concatenate(pixels), np.concatenate(targets)
            if step % FORGET_EVERY == 0:
                base.forget()

    def _restyled(self, pixels: Pixels, random: np.random.Generator) -> Pixels:
        """Put some of the drawings into the collected ones' style, in place."""
        if self._style:
            chosen = random.random(len(pixels)) < self._mixture.restyled
            pixels[chosen] = self._style.put(pixels[chosen], random)
        return pixels

    def _order(self, drawings: Drawings, per_batch: int, random: np.random.Generator) -> npt.NDArray[np.int32]:
        order = balanced_order(drawings.targets, self.steps * per_batch, self._mixture.balance, random)
        return order.reshape(self.steps, per_batch)


def balanced_order(
    targets: npt.NDArray[np.int32], size: int, balance: float, random: np.random.Generator
) -> npt.NDArray[np.int32]:
    """Return int32 (size,): shuffled indices of drawings; within a class each is shown once before any comes again."""
    if not size:
        return np.empty(0, np.int32)
    counts = np.bincount(targets)
    weights = np.where(counts, counts.astype(float) ** balance, 0.0)
    wanted = random.multinomial(size, weights / weights.sum())
    by_class = np.split(np.argsort(targets, kind="stable").astype(np.int32), np.cumsum(counts)[:-1])
    chosen = [_repeat(rows, want, random) for rows, want in zip(by_class, wanted, strict=True)]
    order = np.concatenate(chosen)
    random.shuffle(order)
    return order


def _repeat(rows: npt.NDArray[np.int32], times: int, random: np.random.Generator) -> npt.NDArray[np.int32]:
    if not times:
        return rows[:0]
    rounds = [random.permutation(rows) for _ in range(-(-times // len(rows)))]
    return np.concatenate(rounds)[:times]

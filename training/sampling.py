"""Which drawings an epoch shows, in which order: those of thin classes more often, collected ones more often too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.drawings import Drawings, Pixels
from training.style import Style
from training.trainer import NOTHING, Batch

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
    scribbles: float = 0.03  # share of the batch


class Sampler:
    """Makes an epoch's batches; always the same for the same drawings, mixture, seed and epoch."""

    def __init__(
        self,
        base: Drawings,
        collected: Drawings,
        scribbles: Pixels,
        mixture: Mixture,
        epoch_size: int,
        seed: int,
        style: Style | None = None,
    ) -> None:
        """epoch_size: how many drawings an epoch shows. style: of the collected drawings, where it is another."""
        self.batch = mixture.batch
        self.steps = max(1, epoch_size // mixture.batch)
        shown = self.steps * mixture.batch
        self._scribbles = round(mixture.scribbles * mixture.batch) if len(scribbles) else 0
        classes = len(np.unique(collected.targets))
        share = min(mixture.collected, mixture.most_of_a_class * classes)
        from_collected = min(share * shown, mixture.most_repeats * len(collected))
        self._collected = round(from_collected / self.steps) if len(base) else mixture.batch - self._scribbles
        self._pools = base, collected, scribbles
        self._mixture = mixture
        self._seed = seed
        self._style = style

    def epoch(self, number: int) -> Iterator[Batch]:
        random = np.random.default_rng([self._seed, number])
        base, collected, scribbles = self._pools
        from_base = self._mixture.batch - self._collected - self._scribbles
        base_order = self._order(base, from_base, random)
        collected_order = self._order(collected, self._collected, random)
        for step in range(self.steps):
            some_base, some_collected = base_order[step], collected_order[step]
            some_scribbles = random.integers(0, max(1, len(scribbles)), self._scribbles)
            pixels = [
                self._restyled(base.pixels(some_base), random),
                collected.pixels(some_collected),
                scribbles[some_scribbles],
            ]
            nothing = np.full(self._scribbles, NOTHING, np.int32)
            targets = [base.targets[some_base], collected.targets[some_collected], nothing]
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

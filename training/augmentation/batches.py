"""Which drawings an epoch shows, and in which order: rare classes and user drawings more often than their number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from training.augmentation.domain_shift import DomainShift, embolden
from training.augmentation.outliers import outliers as make_outliers
from training.augmentation.stroke_augmentation import augmented_drawings
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings, Pixels
from training.hyperparameters import Hyperparameters
from training.quickdraw.folder import QuickDrawFolder

RELEASE_EVERY_BATCHES = 10  # a drawing read from a mapped file may hold 64 kB of memory until its pages are released

# The target of an outlier, such as a scribble. The network learns a uniform distribution over the classes for it.
NOTHING = -1
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
# Pixels uint8 (n, 784), the quarter turns that they are to be shown in, (n,), and the run's seed and the step's number,
# (2,); targets (n,); and the teacher's share of each target, float32 (n,). These are Keras' x, y and sample_weight.
Batch = tuple[tuple[Pixels, Ints, Ints], Ints, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Pools:
    """The drawings that batches are sampled from.

    base_taught, augmented_taught: the teacher's share of each drawing's target, (n,); None: the hyperparameters'.
    """

    base: Drawings
    collected: Drawings = field(default_factory=lambda: Drawings([]))  # user drawings
    augmented: Drawings = field(default_factory=lambda: Drawings([]))  # base drawings after stroke augmentation
    outliers: Pixels = field(default_factory=lambda: np.empty((0, SIZE * SIZE), np.uint8))  # of no class
    base_taught: Floats | None = None
    augmented_taught: Floats | None = None


def make_pools(
    dataset: Dataset, hyperparameters: Hyperparameters, folder: QuickDrawFolder, watch: Callable[[float], None]
) -> Pools:
    """Return the drawings to train on, with stroke-augmented drawings and outliers from the strokes in a folder.

    watch: called with the finished share of the stroke augmentation, which takes most of the time; may raise to stop.
    Raises CorruptFile.
    """
    hyper = hyperparameters
    # Short trainings show few of them; no more are made.
    shown = hyper.steps * hyper.batch_size
    augmented = min(hyper.augmented, ceil(hyper.augmented_share * shown))
    outliers_per_kind = min(hyper.outliers, ceil(hyper.outlier_share * shown))
    variations, is_whole = augmented_drawings(folder, dataset.labels, augmented, hyper.variations, hyper.seed, watch)
    return Pools(
        dataset.base[Split.TRAIN],
        dataset.collected[Split.TRAIN],
        variations,
        make_outliers(folder, dataset.labels, outliers_per_kind, hyper.seed),
        # A teacher may not know unfinished drawings. One that is asked only where it is right may be asked about all.
        augmented_taught=np.where(is_whole | hyper.teacher_has_to_be_right, hyper.teacher_share, 0).astype(np.float32),
    )


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """The batches of an epoch; always the same for the same pools, hyperparameters and epoch."""

    def __init__(self, pools: Pools, hyperparameters: Hyperparameters, shift: DomainShift | None = None) -> None:
        """Divide the batch among the pools. shift: the domain shift of the user drawings, if there is one."""
        super().__init__()
        self.pools = pools
        self.hyperparameters = hyper = hyperparameters
        self.shift = shift
        # Rows of each batch. What the other three leave is for the base; without a base, user drawings take it.
        no_class = round(hyper.outlier_share * hyper.batch_size) if len(pools.outliers) else 0
        augmented = round(hyper.augmented_share * hyper.batch_size) if len(pools.augmented) else 0
        rest = hyper.batch_size - no_class - augmented
        collected = self._collected_per_batch() if len(pools.base) else rest
        self._rows = {"base": rest - collected, "collected": collected, "augmented": augmented, "outliers": no_class}
        self.start(epoch=0)

    def __len__(self) -> int:
        return self.hyperparameters.steps_per_epoch

    def __getitem__(self, step: int) -> Batch:
        """Return one batch of the current epoch."""
        random = np.random.default_rng([self.hyperparameters.seed, self._epoch, step])
        pools, share = self.pools, self.hyperparameters.teacher_share
        base, collected, augmented = (order[step] for order in self._orders)  # indices of one pool's drawings
        base_pixels, turns = self._shifted(pools.base.pixels(base), random)
        outliers = pools.outliers[random.integers(0, max(1, len(pools.outliers)), self._rows["outliers"])]
        parts = [
            (base_pixels, turns, pools.base.targets[base], _taught(pools.base_taught, base, share)),
            # The teacher does not know what people drew.
            _upright(pools.collected, collected, np.zeros(len(collected))),
            _upright(pools.augmented, augmented, _taught(pools.augmented_taught, augmented, share)),
            (outliers, np.zeros(len(outliers)), np.full(len(outliers), NOTHING), np.zeros(len(outliers))),
        ]
        if step % RELEASE_EVERY_BATCHES == 0:
            pools.base.release_pages()
        pixels, turns, targets, taught = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        seed = np.array([self.hyperparameters.seed, self._epoch * len(self) + step], np.int32)
        return (pixels, turns.astype(np.int32), seed), targets.astype(np.int32), taught.astype(np.float32)

    def start(self, epoch: int) -> None:
        """Choose the drawings of an epoch, counted from 0, and their order."""
        self._epoch = epoch
        random = np.random.default_rng([self.hyperparameters.seed, epoch])
        pools = self.pools
        pairs = [(pools.base, "base"), (pools.collected, "collected"), (pools.augmented, "augmented")]
        self._orders = [self._order(drawings, self._rows[name], random) for drawings, name in pairs]

    def _order(self, drawings: Drawings, per_batch: int, random: np.random.Generator) -> npt.NDArray[np.int32]:
        """Return int32 (steps, per_batch)."""
        order = balanced_order(drawings.targets, len(self) * per_batch, self.hyperparameters.balance, random)
        return order.reshape(len(self), per_batch)

    def _collected_per_batch(self) -> int:
        """Return how many user drawings a batch holds, so that few drawings or classes do not fill it."""
        hyper, collected = self.hyperparameters, self.pools.collected
        share = min(hyper.collected_share, hyper.max_class_share * len(np.unique(collected.targets)))
        return round(min(share * hyper.batch_size, hyper.max_repeats * len(collected) / hyper.steps_per_epoch))

    def _shifted(self, pixels: Pixels, random: np.random.Generator) -> tuple[Pixels, Ints]:
        """Embolden some of the drawings, in place, and say by how many quarters to turn each: (n,)."""
        if not self.shift:
            return pixels, np.zeros(len(pixels), np.int32)
        turns, is_bold = self.shift.sample(len(pixels), random)
        is_shifted = random.random(len(pixels)) < self.hyperparameters.shifted_share
        pixels[is_shifted & is_bold] = embolden(pixels[is_shifted & is_bold])
        return pixels, np.where(is_shifted, turns, 0).astype(np.int32)


def _upright(drawings: Drawings, rows: Ints, taught: npt.NDArray[np.floating]) -> tuple[npt.NDArray[Any], ...]:
    return drawings.pixels(rows), np.zeros(len(rows)), drawings.targets[rows], taught


def _taught(shares: Floats | None, rows: Ints, share: float) -> npt.NDArray[np.floating]:
    return np.full(len(rows), share) if shares is None else shares[rows]


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

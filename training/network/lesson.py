"""The end of a training: interpolates between old and new weights, and balances classes with each other."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt

from recognition.imaging.splits import Split
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings
from training.network.balance import adjustment, choose_strength
from training.network.cnn import predict
from training.network.export import with_mirroring


def interpolate(network: keras.Model, initial: Sequence[npt.NDArray[np.float32]], share: float) -> None:
    """Move the weights back towards those that training started from.

    Gives back most of what a lesson made the network forget and costs little of what it learnt (Wortsman et al. 2021,
    Robust fine-tuning of zero-shot models). The normalization's statistics are interpolated, too.
    share: of the network's present weights, 0 to 1.
    """
    pairs = zip(initial, network.get_weights(), strict=True)
    network.set_weights([(1 - share) * before + share * after for before, after in pairs])


def add_prior(network: keras.Model, base: Drawings, strength: float) -> None:
    """Add strength × ln(number of base drawings) to the bias of each class.

    More strength gains accuracy on drawings like the base's and loses recall of rare classes (Menon et al. 2021).
    """
    *body, bias = network.get_weights()
    counts = np.bincount(base.targets, minlength=len(bias))
    network.set_weights([*body, bias + strength * np.log(np.maximum(counts, 1)).astype(np.float32)])


def raise_new_classes(network: keras.Model, dataset: Dataset, new: Sequence[int]) -> None:
    """Raise the bias of new classes as far as known ones lose little (training.network.balance)."""
    validation = dataset.base[Split.VALIDATION]
    if not new or not len(validation):
        return
    targets = np.concatenate([side[Split.TRAIN].targets for side in (dataset.base, dataset.collected)])
    counts = np.bincount(targets, minlength=len(dataset.labels))
    logits = predict(with_mirroring(network, dataset.directed_mask), validation)
    *body, bias = network.get_weights()
    strength = choose_strength(logits, validation.targets, counts, new)
    network.set_weights([*body, bias + adjustment(counts, new, strength)])

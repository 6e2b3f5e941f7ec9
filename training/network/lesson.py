"""The end of a lesson: interpolates between the old and the new weights, and balances new classes with known ones."""

from __future__ import annotations

import keras
import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings
from training.network.balance import adjustment, choose_strength
from training.network.export import with_mirroring
from training.network.warm_start import WarmStart
from training.network.weights import ordered_weights, transferred


def finish_lesson(network: keras.Model, dataset: Dataset, start: WarmStart, share: float) -> keras.Model:
    """Return the network with weights on the line between those that the lesson started from and those it ended with.

    Gives back most of what the lesson made the network forget and costs little of what it learnt (Wortsman et al. 2021,
    Robust fine-tuning of zero-shot models). Then raises the scores of new classes.
    share: of the lesson's weights, 0 to 1.
    """
    learnt = network.get_weights()
    old = transferred(learnt, dataset.labels, ordered_weights(start.arrays), start.version.labels)
    *body, bias = [(1 - share) * before + share * after for before, after in zip(old, learnt, strict=True)]
    network.set_weights([*body, bias])
    new = [target for target, label in enumerate(dataset.labels) if label not in start.version.labels]
    validation = dataset.base[Split.VALIDATION]
    if new and len(validation):
        targets = np.concatenate([side[Split.TRAIN].targets for side in (dataset.base, dataset.collected)])
        counts = np.bincount(targets, minlength=len(dataset.labels))
        directed = [label in dataset.directed for label in dataset.labels]
        logits = _served_logits(with_mirroring(network, directed), validation)
        strength = choose_strength(logits, validation.targets, counts, new)
        network.set_weights([*body, bias + adjustment(counts, new, strength)])
    return network


def _served_logits(served: keras.Model, drawings: Drawings) -> npt.NDArray[np.float32]:
    """Return the logits that the artifact will give: float32 (n, classes)."""
    parts = [served.predict_on_batch(_to_images(pixels))["logits"] for pixels, _ in drawings.batches()]
    return np.concatenate(parts)


def _to_images(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    return np.divide(pixels.reshape(-1, SIZE, SIZE, 1), 255, dtype=np.float32)

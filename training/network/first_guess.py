"""A first guess at the last layer's weights for new classes, from the features that the network has already.

Fine-tuning from random columns distorts the features while the columns are still wrong. With columns that are fitted
first, the network forgets less (Kumar et al. 2022, Fine-tuning can distort pretrained features).
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from recognition.imaging.bitmap import SIZE
from training.augmentation.affine import distort
from training.augmentation.batches import Pools
from training.data.drawing_index import Drawings, Pixels
from training.network.cnn import to_images
from training.network.export import with_mirroring

KNOWN, VARIATIONS = 8_000, 800  # drawings to tell a new class from, and distorted ones of each new class
L2 = 1e-3  # of the weights for features in standard deviations; chosen on other words than those that are reported

Floats = npt.NDArray[np.float64]


def guess_new_classes(network: keras.Model, pools: Pools, new: Sequence[int], seed: int) -> None:
    """Fit the last layer's columns of the new classes, one at a time, by logistic regression against all known ones."""
    random = np.random.default_rng(seed)
    served = with_mirroring(network)
    *body, kernel, bias = network.get_weights()  # (features, classes), (classes,)
    known = np.setdiff1d(np.arange(len(bias)), new)
    others = [pools.base.select(np.isin(pools.base.targets, known)), pools.augmented]
    pixels = np.concatenate([*(_sample(drawings, KNOWN // 2, random) for drawings in others), pools.outliers[:KNOWN]])
    negative = _features(served, pixels, known)
    for target in new:
        sides = [side.select(side.targets == target) for side in (pools.collected, pools.base)]
        own = np.concatenate([_sample(side, VARIATIONS, random) for side in sides])
        positive = _features(served, _distorted(own, VARIATIONS, seed), known)
        kernel[:, target], bias[target] = _fit_column(*negative, *positive)
    network.set_weights([*body, kernel, bias])


def _sample(drawings: Drawings, count: int, random: np.random.Generator) -> Pixels:
    return drawings.pixels(random.permutation(len(drawings))[:count])


def _distorted(pixels: Pixels, count: int, seed: int) -> Pixels:
    """Return `count` drawings, each given one as often as any other and distorted anew: uint8 (count, 784)."""
    images = np.resize(pixels, (count, SIZE * SIZE)).reshape(-1, SIZE, SIZE, 1).astype(np.float32)
    distorted: Pixels = distort(images, tf.constant([seed, 0]), 1.0).numpy().astype(np.uint8).reshape(count, -1)
    return distorted


def _features(served: keras.Model, pixels: Pixels, known: npt.NDArray[np.integer]) -> tuple[Floats, Floats]:
    """Return the features, (n, features), and what a new class's logit has to exceed, (n,)."""
    outputs = served.predict(to_images(pixels), batch_size=512, verbose=0)
    return outputs["embedding"].astype(float), logsumexp(outputs["logits"][:, known].astype(float), axis=1)


def _fit_column(
    negative: Floats, negative_rivals: Floats, positive: Floats, positive_rivals: Floats
) -> tuple[Floats, float]:
    """Return weights, (features,), and bias of one class; the other logits stay as they are."""
    mean, deviation = negative.mean(axis=0), negative.std(axis=0) + 1e-6
    features = (np.concatenate([negative, positive]) - mean) / deviation
    rivals = np.concatenate([negative_rivals, positive_rivals])
    is_positive = np.arange(len(features)) >= len(negative)
    sign = np.where(is_positive, -1.0, 1.0)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        """Return the mean cross-entropy of "this class or another one", and its gradient."""
        weights, bias = parameters[:-1], parameters[-1]
        lead = features @ weights + bias - rivals  # of this class over all others together, (n,)
        gradient = (expit(lead) - is_positive) / len(lead)
        value = np.logaddexp(0, sign * lead).mean() + L2 * weights @ weights
        return float(value), np.append(features.T @ gradient + 2 * L2 * weights, gradient.sum())

    found = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / deviation
    return weights, float(found[-1] - weights @ mean)

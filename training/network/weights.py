"""A network's weights as plain arrays; no function here needs TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.models.npz import Arrays

if TYPE_CHECKING:
    import keras


def weight_arrays(model: keras.Model) -> Arrays:
    """Return the weights, named weight0, weight1 and so on in Keras' order."""
    return {f"weight{index}": value for index, value in enumerate(model.get_weights())}


def ordered_weights(arrays: Arrays) -> list[npt.NDArray[np.generic]]:
    """Return the weights in Keras' order, without the other arrays of a checkpoint."""
    return [arrays[f"weight{index}"] for index in range(sum(name.startswith("weight") for name in arrays))]


def infer_levels(weights: Iterable[npt.NDArray[np.generic]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Infer a network's channels and residual blocks, level by level, from its weights.

    An older release's preset may have had others. A convolution that changes the number of features starts a level; two
    that keep it are a residual block.
    """
    kernels = [weight.shape for weight in weights if weight.ndim == 4]  # (3, 3, features in, features out)
    starts = [index for index, (_, _, features_in, features_out) in enumerate(kernels) if features_in != features_out]
    ends = [*starts[1:], len(kernels)]
    blocks = tuple((end - start - 1) // 2 for start, end in zip(starts, ends, strict=True))
    return tuple(kernels[start][-1] for start in starts), blocks


def transferred(
    weights: Sequence[npt.NDArray[np.generic]],
    labels: Sequence[str],
    source: Sequence[npt.NDArray[np.generic]],
    source_labels: Sequence[str],
) -> list[npt.NDArray[np.float32]]:
    """Return the weights of one network with those of another put in, which may know other classes.

    labels, source_labels: the classes of the two networks, in the order of their outputs. The architecture is the same.
    """
    # The last layer has one kernel column and one bias per class; the columns move to where their class is now. A class
    # that only the first network knows keeps its column.
    *_, kernel, bias = (array.astype(np.float32) for array in weights)  # (channels, classes), (classes,)
    *body, source_kernel, source_bias = (array.astype(np.float32) for array in source)
    common = [label for label in source_labels if label in labels]
    to = [labels.index(label) for label in common]
    origin = [source_labels.index(label) for label in common]
    kernel[:, to], bias[to] = source_kernel[:, origin], source_bias[origin]
    return [*body, kernel, bias]

"""A network's weights as plain arrays, stored as npz without pickles."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import keras

Arrays = dict[str, npt.NDArray[np.generic]]


def to_npz(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def from_npz(npz: bytes) -> Arrays:
    """Read arrays. Raises ValueError for a pickle, which could run code."""
    with np.load(io.BytesIO(npz), allow_pickle=False) as arrays:
        return dict(arrays)


def weight_arrays(model: keras.Model) -> Arrays:
    """Return the weights, named weight0, weight1 and so on in Keras' order."""
    return {f"weight{index}": value for index, value in enumerate(model.get_weights())}


def ordered_weights(arrays: Arrays) -> list[npt.NDArray[np.generic]]:
    """Return the weights in Keras' order, without the other arrays of a checkpoint."""
    return [arrays[f"weight{index}"] for index in range(sum(name.startswith("weight") for name in arrays))]


def transfer_weights(model: keras.Model, labels: Sequence[str], arrays: Arrays, source_labels: Sequence[str]) -> None:
    """Copy the weights of a network with the same architecture, which may know other classes.

    labels, source_labels: the classes of the two networks, in the order of their outputs.
    """
    # The last layer has one kernel column and one bias per class; the columns move to where their class is now. A new
    # class keeps its random initial column.
    *_, kernel, bias = model.get_weights()  # (channels, classes), (classes,)
    *body, source_kernel, source_bias = (array.astype(np.float32) for array in ordered_weights(arrays))
    for source_target, label in enumerate(source_labels):
        if label in labels:
            target = labels.index(label)
            kernel[:, target] = source_kernel[:, source_target]
            bias[target] = source_bias[source_target]
    model.set_weights([*body, kernel, bias])

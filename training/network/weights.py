"""A network's weights as plain arrays, to go on from: npz, never a pickle."""

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
    with np.load(io.BytesIO(npz), allow_pickle=False) as arrays:
        return dict(arrays)


def weights_of(model: keras.Model) -> Arrays:
    return {f"weight{index}": value for index, value in enumerate(model.get_weights())}


def warm_start(model: keras.Model, labels: Sequence[str], arrays: Arrays, their_labels: Sequence[str]) -> None:
    """Give a network the weights of another of the same architecture, whose classes may be others.

    What the last layer knows of a class goes to where that class is now; a new class starts as it was built.
    """
    *_, kernel, bias = model.get_weights()
    *body, their_kernel, their_bias = (array.astype(np.float32) for array in arrays_in_order(arrays))
    for index, label in enumerate(their_labels):
        if label in labels:
            kernel[:, labels.index(label)] = their_kernel[:, index]
            bias[labels.index(label)] = their_bias[index]
    model.set_weights([*body, kernel, bias])


def arrays_in_order(arrays: Arrays) -> list[npt.NDArray[np.generic]]:
    return [arrays[f"weight{index}"] for index in range(sum(name.startswith("weight") for name in arrays))]

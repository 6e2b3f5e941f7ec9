"""Feature maps: the intermediate activations of a network for one drawing."""

from __future__ import annotations

import threading
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.models import ModelVersion

Activations = npt.NDArray[np.float32]  # (features, side, side): the strength of each feature at each place


class FeatureMaps:
    """Runs a network and keeps its intermediate tensors; slower than `Classifier`."""

    def __init__(self, artifact: bytes) -> None:
        """artifact: a LiteRT model, as for `Classifier`."""
        self._lock = threading.Lock()
        # The default delegate, XNNPACK, fuses operations and does not keep intermediate tensors.
        self._interpreter = Interpreter(
            model_content=artifact,
            num_threads=1,
            experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        self._levels = self._level_tensors()
        self._interpreter.allocate_tensors()
        self._input: int = self._interpreter.get_input_details()[0]["index"]

    def levels(self, bitmap: Bitmap) -> list[Activations]:
        """Return the last feature maps of each level for a drawing (28, 28), the highest resolution first."""
        with self._lock:
            self._interpreter.set_tensor(self._input, bitmap.reshape(1, SIZE, SIZE, 1).astype(np.float32) / 255)
            self._interpreter.invoke()
            tensors = [self._interpreter.get_tensor(index)[0] for index in self._levels]
        return [np.maximum(maps, 0).transpose(2, 0, 1) for maps in tensors]

    def _level_tensors(self) -> list[int]:
        """Return the index of the last tensor of each resolution; LiteRT numbers tensors in the order of computation.

        If a network also sees the mirror image, these tensors have a batch of two, with the drawing first.
        """
        inputs = {tensor["index"] for tensor in self._interpreter.get_input_details()}
        last: dict[int, int] = {}  # by side
        for tensor in self._interpreter.get_tensor_details():
            batch, *sides = (*tensor["shape"], 0)[:3]
            is_feature_map = len(tensor["shape"]) == 4 and batch in (1, 2) and sides[0] == sides[1]
            if is_feature_map and tensor["dtype"] == np.float32 and tensor["index"] not in inputs:
                last[sides[0]] = tensor["index"]
        return list(last.values())


@lru_cache(maxsize=1)  # only the champion is explained
def load_feature_maps(version_pk: int) -> FeatureMaps:
    """Load the network of a version in service, whose artifact was checked when the classifier loaded it."""
    return FeatureMaps(bytes(ModelVersion.objects.values_list("artifact", flat=True).get(pk=version_pk)))

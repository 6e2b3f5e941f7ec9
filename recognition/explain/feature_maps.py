"""A network opened up: what each level of its pyramid makes of a drawing, to be looked at."""

from __future__ import annotations

import threading
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.models import ModelVersion

Maps = npt.NDArray[np.float32]  # (features, side, side): how strongly each feature is found where


class FeatureMaps:
    """Runs a network so that all it computes on the way can be read; slower than the classifier that serves."""

    def __init__(self, artifact: bytes) -> None:
        """Load an artifact that `Classifier` loads."""
        self._lock = threading.Lock()
        # XNNPACK, the default, computes whole levels at once and keeps nothing of what is in between.
        self._interpreter = Interpreter(
            model_content=artifact,
            num_threads=1,
            experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        self._levels = self._last_of_each_size()
        self._interpreter.allocate_tensors()
        self._input: int = self._interpreter.get_input_details()[0]["index"]

    def levels(self, bitmap: Bitmap) -> list[Maps]:
        """Return the feature maps at the end of each level for a drawing (28, 28), the finest first."""
        with self._lock:
            self._interpreter.set_tensor(self._input, bitmap.reshape(1, SIZE, SIZE, 1).astype(np.float32) / 255)
            self._interpreter.invoke()
            found = [self._interpreter.get_tensor(index)[0] for index in self._levels]
        return [np.maximum(maps, 0).transpose(2, 0, 1) for maps in found]

    def _last_of_each_size(self) -> list[int]:
        """Find the tensors that end the levels; LiteRT numbers what is computed in the order of computing.

        Where a network looks at a drawing and at its mirror image, they hold both, the drawing first.
        """
        inputs = {one["index"] for one in self._interpreter.get_input_details()}
        last: dict[int, int] = {}
        for one in self._interpreter.get_tensor_details():
            batch, *sides = (*one["shape"], 0)[:3]
            is_picture = len(one["shape"]) == 4 and batch in (1, 2) and sides[0] == sides[1]
            if is_picture and one["dtype"] == np.float32 and one["index"] not in inputs:
                last[sides[0]] = one["index"]
        return list(last.values())


@lru_cache(maxsize=1)  # the one in service is all that anybody looks into
def insides_of(version_pk: int) -> FeatureMaps:
    """Open a version that serves; its classifier has checked the artifact."""
    return FeatureMaps(bytes(ModelVersion.objects.values_list("artifact", flat=True).get(pk=version_pk)))

"""The type of one training batch, and the target of pictures that belong to no class."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Images uint8 (n, 784), white ink on black, and targets int32 (n,), each an index of the labels or NOTHING.
Batch = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]

# The target of an outlier, such as a scribble. The network learns a uniform distribution over the classes for it.
NOTHING = -1

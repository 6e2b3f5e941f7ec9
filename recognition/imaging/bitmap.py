"""The picture that the network sees: 28×28, white ink (255) on black (0), as in Quick, Draw!'s official bitmaps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SIZE = 28  # pixels a side

Bitmap = npt.NDArray[np.uint8]  # (28, 28), or a batch (n, 28, 28)

# A stroke is 16/304 of the bitmap wide (1.5 px) and any drawing but a dot is stretched to at least 23 px,
# so 34 px of ink are the least that a line leaves; a dot leaves under 2.
DOT_INK = 10.0  # pixels


def ink(bitmap: Bitmap) -> float:
    """Return how many pixels' worth of ink a bitmap holds."""
    return float(bitmap.sum(dtype=np.float64)) / 255


def is_blank_or_dot(bitmap: Bitmap) -> bool:
    """Tell whether there is nothing to recognize: an empty sheet, a dot, a few dots."""
    return ink(bitmap) < DOT_INK

"""The network's input: 28×28 pixels, white ink (255) on black (0), as in Quick, Draw!'s official bitmaps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SIZE = 28  # pixels a side

Bitmap = npt.NDArray[np.uint8]  # (28, 28), or a batch (n, 28, 28)

# A stroke is 16/304 of the bitmap wide (1.5 px), and any drawing but a dot is stretched to at least 23 px. So a line
# leaves at least 34 px of ink, and a dot less than 2.
DOT_INK_PIXELS = 10.0


def ink(bitmap: Bitmap) -> float:
    """Return the amount of ink in a bitmap, in white pixels."""
    return float(bitmap.sum(dtype=np.float64)) / 255


def is_blank_or_dot(bitmap: Bitmap) -> bool:
    """Tell whether there is nothing to recognize: a blank bitmap, or a few dots."""
    return ink(bitmap) < DOT_INK_PIXELS

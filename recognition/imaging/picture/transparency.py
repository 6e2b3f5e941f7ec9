"""Pictures with transparency, on a ground that shows their ink."""

from __future__ import annotations

import numpy as np
from PIL import Image

from recognition.imaging.picture.ground import RgbPixels
from recognition.imaging.picture.regions import dilated

OPAQUE = 255  # of the alpha channel
GROUNDS = (255, 0, 128)  # greys; the first one that shows the ink best


def flattened(image: Image.Image) -> RgbPixels:
    """Return an RGBA image on the ground that its outermost ink differs from most: uint8 (height, width, 3)."""
    pixels = np.asarray(image)
    colours, alpha = pixels[..., :3].astype(np.float32), pixels[..., 3:]
    see_through = alpha[..., 0] < OPAQUE / 2
    outermost = colours[dilated(see_through, 2) & (alpha[..., 0] > OPAQUE / 2)] if see_through.any() else colours[:0]
    paper = GROUNDS[0]
    if len(outermost):
        paper = max(GROUNDS, key=lambda grey: np.quantile(np.abs(outermost - grey).max(axis=1), 0.1))
    flat = Image.alpha_composite(Image.new("RGBA", image.size, (paper, paper, paper)), image)
    return np.asarray(flat.convert("RGB"))

"""Draws feature maps as one PNG: a grid of squares, brighter where the activation is stronger."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

COLUMNS = 8
SIDE_PIXELS = 84  # of a square: a multiple of the sides of all feature maps, 28, 14, 7 and 4
GAP_PIXELS = 4
# From weak to strong, in the site's own colours: night, ballpoint, violet, orange, marker, paper.
ANCHORS = ["#17171f", "#3646c9", "#8a45bf", "#e8830c", "#ffdf5e", "#fffefb"]
SHADES = 48
TRANSPARENT = SHADES  # palette index of the gaps between the squares


def feature_map_png(maps: npt.NDArray[np.float32]) -> bytes:
    """Return maps (n, side, side), from 0 to 1, as a PNG: eight per row, scaled up without smoothing."""
    scale = max(1, SIDE_PIXELS // maps.shape[-1])
    shades = (maps * (SHADES - 1)).round().astype(np.uint8).repeat(scale, axis=1).repeat(scale, axis=2)
    side = shades.shape[-1]
    rows = -(-len(shades) // COLUMNS)
    columns = min(len(shades), COLUMNS)
    height, width = (count * (side + GAP_PIXELS) - GAP_PIXELS for count in (rows, columns))
    sheet = np.full((height, width), TRANSPARENT, np.uint8)
    for index, tile in enumerate(shades):
        top, left = (place * (side + GAP_PIXELS) for place in divmod(index, COLUMNS))
        sheet[top : top + side, left : left + side] = tile
    image = Image.fromarray(sheet, "P")
    image.putpalette(_palette())
    file = BytesIO()
    image.save(file, "PNG", transparency=TRANSPARENT)
    return file.getvalue()


def _palette() -> bytes:
    colours = np.array([[int(anchor[start : start + 2], 16) for start in (1, 3, 5)] for anchor in ANCHORS])
    places = np.linspace(0, len(ANCHORS) - 1, SHADES)
    channels = [np.interp(places, np.arange(len(ANCHORS)), colours[:, channel]) for channel in range(3)]
    return np.stack([*channels], axis=1).round().astype(np.uint8).tobytes() + bytes(3)

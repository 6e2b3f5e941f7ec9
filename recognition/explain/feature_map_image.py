"""Feature maps as one picture: small squares side by side, the brighter the stronger."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

COLUMNS = 8
SIDE = 84  # pixels of a square: whole pixels for maps of 28, 14, 7 and 4 pixels a side
GAP = 4
# From nothing to strong, in the site's own colours: night, ballpoint, violet, orange, marker, paper.
ANCHORS = ["#17171f", "#3646c9", "#8a45bf", "#e8830c", "#ffdf5e", "#fffefb"]
SHADES = 48  # and one more, transparent, between the squares
CLEAR = SHADES


def png_of_tiles(maps: npt.NDArray[np.float32]) -> bytes:
    """Return maps (n, side, side) of 0 to 1 as a PNG, in rows of eight; each pixel is a crisp square."""
    scale = max(1, SIDE // maps.shape[-1])
    shades = (maps * (SHADES - 1)).round().astype(np.uint8).repeat(scale, axis=1).repeat(scale, axis=2)
    side = shades.shape[-1]
    rows = -(-len(shades) // COLUMNS)
    columns = min(len(shades), COLUMNS)
    sheet = np.full((rows * (side + GAP) - GAP, columns * (side + GAP) - GAP), CLEAR, np.uint8)
    for index, tile in enumerate(shades):
        top, left = (place * (side + GAP) for place in divmod(index, COLUMNS))
        sheet[top : top + side, left : left + side] = tile
    image = Image.fromarray(sheet, "P")
    image.putpalette(_palette())
    file = BytesIO()
    image.save(file, "PNG", transparency=CLEAR)
    return file.getvalue()


def _palette() -> bytes:
    colours = np.array([[int(anchor[at : at + 2], 16) for at in (1, 3, 5)] for anchor in ANCHORS])
    places = np.linspace(0, len(ANCHORS) - 1, SHADES)
    channels = [np.interp(places, np.arange(len(ANCHORS)), colours[:, channel]) for channel in range(3)]
    return np.stack([*channels], axis=1).round().astype(np.uint8).tobytes() + bytes(3)

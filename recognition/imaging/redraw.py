"""A mask of ink → the 28×28 picture that the network sees, drawn with the official pen whatever pen drew the ink."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.canvas import CANVAS_SIDE, EXTENT, LINE_WIDTH
from recognition.imaging.skeleton import Mask, depth, thin

FINENESS = 9  # a pixel of the bitmap is the mean of 9 × 9 of a sheet, on which the pen is 13 whole pixels wide
SCALE = FINENESS * SIZE / CANVAS_SIDE  # pixels of the sheet a unit
PEN = LINE_WIDTH / 2 * SCALE  # its radius in pixels of the sheet


def redraw(mask: Mask) -> Bitmap:
    """Return the lines in a mask (height, width) as if they had been drawn as strokes: uint8 (28, 28), white on black.

    The centre line of the ink is drawn with the official pen. Where lines were so fat that they ran into one another,
    the official picture shows a blot and the centre line alone would not: so what remains of the ink is added once as
    much is taken off its rim as the pen was too wide.
    """
    depths, line = depth(mask), thin(mask)
    radius = float(np.median(depths[line]))  # of the pen that drew
    sheet = _Sheet.to_hold(mask, radius)
    sheet.stamp(line, PEN)
    if radius * sheet.scale > PEN:
        sheet.stamp(depths > radius - PEN / sheet.scale + 1, 0)
    return sheet.reduced()


@dataclass(frozen=True)
class _Sheet:
    """A finer bitmap, and where on it the pixels of a mask come to lie."""

    pixels: Mask
    scale: float  # pixels of the sheet for each of the mask
    top: float
    left: float

    @classmethod
    def to_hold(cls, mask: Mask, radius: float) -> _Sheet:
        """Return a blank sheet on which lines lie as strokes do: the larger side of their middles 255 of 304 units.

        What is hardly larger than its pen was meant as a dot.
        """
        rows, columns = mask.nonzero()
        side = FINENESS * SIZE
        extent = max(float(np.ptp(rows)), float(np.ptp(columns))) - 2 * (radius - 1)
        scale = EXTENT * SCALE / extent if extent > 2 * radius else 0.0
        top, left = (side / 2 - (axis.min() + axis.max()) / 2 * scale for axis in (rows, columns))
        return cls(np.zeros((side, side), np.bool_), scale, top, left)

    def stamp(self, mask: Mask, radius: float) -> None:
        """Put a disc on the place of every pixel of a mask; what would lie outside lies on the edge."""
        side, reach = len(self.pixels), int(radius)
        middles = (np.argwhere(mask) * self.scale + (self.top, self.left)).astype(int).clip(0, side - 1)
        places = np.zeros((side, side), np.bool_)
        places[middles[:, 0], middles[:, 1]] = True
        places = np.pad(places, reach)
        disc = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) <= radius
        for row, column in np.argwhere(disc):
            np.logical_or(self.pixels, places[row : row + side, column : column + side], out=self.pixels)

    def reduced(self) -> Bitmap:
        """Return the bitmap (28, 28)."""
        blocks = self.pixels.reshape(SIZE, FINENESS, SIZE, FINENESS)
        bitmap: Bitmap = np.rint(blocks.mean(axis=(1, 3)) * 255).astype(np.uint8)
        return bitmap

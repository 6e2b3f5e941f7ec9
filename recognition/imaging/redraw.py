"""An ink mask → the 28×28 bitmap that the network sees, redrawn with the official line width."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.canvas import CANVAS_SIDE, EXTENT, LINE_WIDTH
from recognition.imaging.skeleton import Mask, distance_transform, thin

OVERSAMPLING = 9  # each bitmap pixel is the mean of 9 × 9 pixels of a sheet; the pen is 13 whole sheet pixels wide
SCALE = OVERSAMPLING * SIZE / CANVAS_SIDE  # sheet pixels for each unit of the canvas
PEN_RADIUS = LINE_WIDTH / 2 * SCALE  # sheet pixels


def redraw(mask: Mask) -> Bitmap:
    """Return the bitmap of the lines in a mask (height, width), as if they had been drawn as strokes.

    Returns uint8 (28, 28), white on black.

    The skeleton of the ink is drawn with the official pen. Where thick lines have merged, the official bitmap would
    show a blot, and the skeleton alone would not. So the ink, eroded by as much as its pen was too wide, is added.
    """
    depths, line = distance_transform(mask), thin(mask)
    radius = float(np.median(depths[line]))  # of the pen that drew the mask
    sheet = _Sheet.to_hold(mask, radius)
    sheet.stamp(line, PEN_RADIUS)
    if radius * sheet.scale > PEN_RADIUS:
        sheet.stamp(depths > radius - PEN_RADIUS / sheet.scale + 1, 0)
    return sheet.reduced()


@dataclass(frozen=True)
class _Sheet:
    """An oversampled bitmap, and the placement of a mask on it."""

    pixels: Mask
    scale: float  # sheet pixels for each pixel of the mask
    top: float
    left: float

    @classmethod
    def to_hold(cls, mask: Mask, radius: float) -> _Sheet:
        """Return a blank sheet that places lines as strokes are: their centre lines' larger side is 255 of 304 units.

        Ink that is hardly larger than its pen is placed as a dot.
        """
        rows, columns = mask.nonzero()
        side = OVERSAMPLING * SIZE
        extent = max(float(np.ptp(rows)), float(np.ptp(columns))) - 2 * (radius - 1)
        scale = EXTENT * SCALE / extent if extent > 2 * radius else 0.0
        top, left = (side / 2 - (axis.min() + axis.max()) / 2 * scale for axis in (rows, columns))
        return cls(np.zeros((side, side), np.bool_), scale, top, left)

    def stamp(self, mask: Mask, radius: float) -> None:
        """Draw a disc at every pixel of a mask; positions outside of the sheet are moved to its edge."""
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
        blocks = self.pixels.reshape(SIZE, OVERSAMPLING, SIZE, OVERSAMPLING)
        bitmap: Bitmap = np.rint(blocks.mean(axis=(1, 3)) * 255).astype(np.uint8)
        return bitmap

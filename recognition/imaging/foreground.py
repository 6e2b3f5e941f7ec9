"""Separation of ink from the background of a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from recognition.imaging.picture.clutter import drawing_only, edge_crossings
from recognition.imaging.picture.ground import RgbPixels, find_ground
from recognition.imaging.skeleton import Mask, distance_transform

Contrast = npt.NDArray[np.uint8]  # (height, width)

MIN_CONTRAST = 32  # of 255; ink has more, compression artefacts on blank paper have less
EDGE_FRACTION = 0.45  # of the highest contrast: above the ripples of JPEG around lines, below the colours of pens
PEN_QUANTILE = 0.95  # of the contrast of inked pixels
CLEAR_CONTRAST = 55  # of 255; the grain of wood and the weave of cloth have less, pens more
CLEAR_SHARE = 0.2  # of the ink on the sheet; where nearly all had to go, the rest is seldom a drawing
MAX_CROSSINGS = 12  # of a sheet's edge by ink; ruled paper, wood and cloth have more
MASK_SIDE = 256  # pixels of the ink's larger side; lines keep their shape no better with more, worse with fewer
MAX_DOT_FRACTION = 1 / 12  # of the picture; larger filled ink is an area (a thick pen is 30 of 450 wide)
MIN_FILLED_DEPTH = 1 / 6  # of the ink's larger side; deeper ink is a filled area, lines of all but huge pens are less
OUTLINE_DEPTH = 1 / 10  # of the ink's larger side: the width of the outline that replaces a filled area


@dataclass(frozen=True)
class Foreground:
    """The ink in a picture: its mask, cropped and resized to a larger side of 256 pixels; (0, 0) without a drawing.

    is_clear: whether it looks like ink. False if it is too faint, or a small rest of what was there.
    """

    mask: Mask
    is_clear: bool


def find_foreground(picture: RgbPixels) -> Foreground:
    """Find the ink in a picture (height, width, 3): what is darker or lighter than the ground around it."""
    contrast, is_apart = _ink_contrast(picture)
    return Foreground(contrast_mask(contrast), is_apart and bool(contrast.max() >= CLEAR_CONTRAST))


def contrast_mask(contrast: Contrast) -> Mask:
    """Return the ink mask of a picture with nothing but a drawing, whose contrast to its ground is known.

    Filled areas become outlines, as people draw them with a pen.
    """
    if contrast.max() < MIN_CONTRAST:
        return np.zeros((0, 0), np.bool_)
    cropped = _crop(contrast)
    resized = _resize(cropped)
    mask: Mask = resized > EDGE_FRACTION * resized.max()
    depths = distance_transform(mask)
    if depths.max() > MIN_FILLED_DEPTH * MASK_SIDE and max(cropped.shape) > MAX_DOT_FRACTION * max(contrast.shape):
        mask &= depths <= OUTLINE_DEPTH * MASK_SIDE
    return mask


def _ink_contrast(picture: RgbPixels) -> tuple[Contrast, bool]:
    """Return each pixel's difference from the ground, 0 to 255 and at most the pen's, where it belongs to a drawing.

    Returns whether the drawing could be told from all other ink on the sheet, too.
    """
    ground = find_ground(picture)
    contrast = np.zeros(picture.shape[:2], np.float32)
    for channel, colour in zip(np.moveaxis(picture, 2, 0), ground.colour, strict=True):
        np.maximum(contrast, np.abs(channel - colour), out=contrast)
    contrast[~ground.sheet | ground.fills] = 0
    ink = contrast >= MIN_CONTRAST
    if (crossings := edge_crossings(ink, ground.sheet)) > MAX_CROSSINGS:  # lines or grain, which a pen covers
        ink = contrast >= max(MIN_CONTRAST, EDGE_FRACTION * _pen_contrast(contrast))
        crossings = edge_crossings(ink, ground.sheet)
    kept = drawing_only(ink, ground.sheet)
    contrast[~kept] = 0
    is_apart = kept.sum() >= CLEAR_SHARE * ink.sum() and crossings <= MAX_CROSSINGS
    return np.minimum(contrast, _pen_contrast(contrast)).astype(np.uint8), bool(is_apart)


def _pen_contrast(contrast: npt.NDArray[np.float32]) -> float:
    """Return the contrast of a pen's line; few pixels have more, such as specks."""
    inked = contrast[contrast >= MIN_CONTRAST]
    return min(float(np.quantile(inked, PEN_QUANTILE)), 255.0) if len(inked) else 0.0


def _crop(contrast: Contrast) -> Contrast:
    """Return the part that holds all ink, with a margin of two pixels for its soft edges."""
    mask = contrast > EDGE_FRACTION * contrast.max()
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    top, left = max(0, rows[0] - 2), max(0, columns[0] - 2)
    return contrast[top : rows[-1] + 3, left : columns[-1] + 3]


def _resize(contrast: Contrast) -> Contrast:
    """Resize the larger side to 256 pixels, without fading thin lines."""
    factor = max(1, max(contrast.shape) // MASK_SIDE)
    height, width = (-(-side // factor) for side in contrast.shape)
    padded = np.pad(contrast, [(0, -side % factor) for side in contrast.shape])
    strongest = padded.reshape(height, factor, width, factor).max(axis=(1, 3))
    scale = MASK_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(strongest).resize(size, Image.Resampling.BICUBIC))

"""Separation of ink from the background of a picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from recognition.imaging.skeleton import Mask, distance_transform

RgbPixels = npt.NDArray[np.uint8]  # (height, width, 3)
Contrast = npt.NDArray[np.uint8]  # (height, width)
Floats = npt.NDArray[np.float32]

MIN_CONTRAST = 32  # of 255; ink has more, compression artefacts on blank paper have less
EDGE_FRACTION = 0.45  # of the highest contrast: above the ripples of JPEG around lines, below the colours of pens
MAX_PAPER_CONTRAST = 48  # of 255; uneven light makes less between neighbouring parts of paper, ink makes more
SAMPLES_PER_SIDE = 48  # pixels from which the colour of the paper is estimated
MASK_SIDE = 256  # pixels of the ink's larger side; lines keep their shape no better with more, worse with fewer
MAX_DOT_FRACTION = 1 / 12  # of the picture; larger filled ink is an area (a thick pen is 30 of 450 wide)
MIN_FILLED_DEPTH = 1 / 6  # of the ink's larger side; deeper ink is a filled area, lines of all but huge pens are less
OUTLINE_DEPTH = 1 / 10  # of the ink's larger side: the width of the outline that replaces a filled area


def foreground_mask(picture: RgbPixels) -> Mask:
    """Return the ink mask of a picture (height, width, 3), cropped and resized to a larger side of 256 pixels.

    Ink is darker or lighter than the background. Filled areas become outlines, as people draw them with a pen.
    The mask of a blank picture has the shape (0, 0).
    """
    contrast = _contrast(picture)
    if contrast.max() < MIN_CONTRAST:
        return np.zeros((0, 0), np.bool_)
    cropped = _crop(contrast)
    resized = _resize(cropped)
    mask: Mask = resized > EDGE_FRACTION * resized.max()
    depths = distance_transform(mask)
    if depths.max() > MIN_FILLED_DEPTH * MASK_SIDE and max(cropped.shape) > MAX_DOT_FRACTION * max(contrast.shape):
        mask &= depths <= OUTLINE_DEPTH * MASK_SIDE
    return mask


def _contrast(picture: RgbPixels) -> Contrast:
    """Return each pixel's difference from the paper, 0 to 255, in the channel where it is largest."""
    terms = _terms(picture)
    contrast = np.zeros(picture.shape[:2], np.float32)
    for channel, factors in zip(np.moveaxis(picture, 2, 0), _paper(picture).T, strict=True):
        paper = sum(factor * term for factor, term in zip(factors, terms, strict=True))
        np.maximum(contrast, np.abs(channel - paper), out=contrast)
    return np.minimum(contrast, 255).astype(np.uint8)


def _paper(picture: RgbPixels) -> Floats:
    """Return the colour of the paper as coefficients (6, 3) of `_terms`, for each channel.

    Light falls unevenly on photographed paper; a quadratic surface models it.
    """
    step = -(-max(picture.shape) // SAMPLES_PER_SIDE)
    samples = picture[::step, ::step].reshape(-1, 3).astype(np.float32)
    terms = np.stack([term.ravel() for term in np.broadcast_arrays(*_terms(picture, step))], axis=1)
    factors = np.zeros((6, 3), np.float32)
    factors[0] = _border_colour(picture)
    for _ in range(4):  # each fit separates paper from ink better
        is_paper = np.abs(samples - terms @ factors).max(axis=1) < MAX_PAPER_CONTRAST
        if not is_paper.any():
            break
        normal = terms[is_paper].T
        factors = np.linalg.lstsq(normal @ terms[is_paper], normal @ samples[is_paper], rcond=1e-5)[0]
    return factors


def _terms(picture: RgbPixels, step: int = 1) -> list[Floats]:
    """Return 1, x, y, x², y² and xy at every `step`th pixel, in shapes that broadcast.

    x and y go from -1 to 1.
    """
    y, x = (np.linspace(-1, 1, side, dtype=np.float32)[::step] for side in picture.shape[:2])
    x, y = x[np.newaxis], y[:, np.newaxis]
    return [np.ones_like(x), x, y, x * x, y * y, x * y]


def _border_colour(picture: RgbPixels) -> Floats:
    height, width, _ = picture.shape
    rows, columns = -(-height // 20), -(-width // 20)
    border = np.ones((height, width), np.bool_)
    border[rows:-rows, columns:-columns] = False
    colour: Floats = np.median(picture[border], axis=0).astype(np.float32)
    return colour


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

"""A picture of a drawing → a mask of its ink."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from recognition.imaging.skeleton import Mask, depth

Picture = npt.NDArray[np.uint8]  # (height, width, 3)
Contrast = npt.NDArray[np.uint8]  # (height, width)
Floats = npt.NDArray[np.float32]

FAINTEST = 32  # of 255: ink differs more from its background, what compression leaves on blank paper less
EDGE = 0.45  # of the strongest ink: above the ripples that JPEG leaves around lines, below the colours one draws with
UNEVEN = 48  # of 255: light on paper changes less between neighbouring parts than ink does
SAMPLES = 48  # pixels a side that tell the colour of the paper
FINENESS = 256  # pixels the ink's larger side gets; lines keep their shape no better with more, worse with fewer
DOT = 1 / 12  # of the picture: filled ink is a dot up to here, an area above (a thick pen is 30 of 450 wide)
FILLED = 1 / 6  # of the ink's larger side: ink as deep was filled; lines that no pen but a huge one draws are less deep
RIM = 1 / 10  # of the ink's larger side: as deep is the outline that remains of it


def ink_of(picture: Picture) -> Mask:
    """Return where the ink of a picture (height, width, 3) is, cut out and enlarged or reduced to 256 pixels.

    Ink is what differs from the background, darker or lighter. Filled areas become outlines, as people draw them.
    A blank picture has no ink: a mask without pixels.
    """
    contrast = _contrast(picture)
    if contrast.max() < FAINTEST:
        return np.zeros((0, 0), np.bool_)
    cut = _cut_out(contrast)
    resized = _resized(cut)
    mask: Mask = resized > EDGE * resized.max()
    depths = depth(mask)
    if depths.max() > FILLED * FINENESS and max(cut.shape) > DOT * max(contrast.shape):
        mask &= depths <= RIM * FINENESS
    return mask


def _contrast(picture: Picture) -> Contrast:
    """Return how far each pixel is from the paper under it, 0 to 255, in the channel where it is farthest."""
    terms = _terms(picture)
    contrast = np.zeros(picture.shape[:2], np.float32)
    for channel, factors in zip(np.moveaxis(picture, 2, 0), _paper(picture).T, strict=True):
        paper = sum(factor * term for factor, term in zip(factors, terms, strict=True))
        np.maximum(contrast, np.abs(channel - paper), out=contrast)
    return np.minimum(contrast, 255).astype(np.uint8)


def _paper(picture: Picture) -> Floats:
    """Return the colour of the paper: what to multiply the terms by to get each channel, (6, 3).

    Light falls unevenly on paper that was photographed; a quadratic surface follows it.
    """
    step = -(-max(picture.shape) // SAMPLES)
    samples = picture[::step, ::step].reshape(-1, 3).astype(np.float32)
    terms = np.stack([term.ravel() for term in np.broadcast_arrays(*_terms(picture, step))], axis=1)
    factors = np.zeros((6, 3), np.float32)
    factors[0] = _border_colour(picture)
    for _ in range(4):  # each time it knows better what is paper and what is ink
        seen = np.abs(samples - terms @ factors).max(axis=1) < UNEVEN
        if not seen.any():
            break
        normal = terms[seen].T
        factors = np.linalg.lstsq(normal @ terms[seen], normal @ samples[seen], rcond=1e-5)[0]
    return factors


def _terms(picture: Picture, step: int = 1) -> list[Floats]:
    """Return 1, x, y, x², y² and xy at every `step`th pixel, x and y from -1 to 1, in shapes that broadcast."""
    y, x = (np.linspace(-1, 1, side, dtype=np.float32)[::step] for side in picture.shape[:2])
    x, y = x[np.newaxis], y[:, np.newaxis]
    return [np.ones_like(x), x, y, x * x, y * y, x * y]


def _border_colour(picture: Picture) -> Floats:
    height, width, _ = picture.shape
    rows, columns = -(-height // 20), -(-width // 20)
    border = np.ones((height, width), np.bool_)
    border[rows:-rows, columns:-columns] = False
    colour: Floats = np.median(picture[border], axis=0).astype(np.float32)
    return colour


def _cut_out(contrast: Contrast) -> Contrast:
    """Return the part that holds all ink, with a margin of two pixels, in which the ink's edges are soft."""
    mask = contrast > EDGE * contrast.max()
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    top, left = max(0, rows[0] - 2), max(0, columns[0] - 2)
    return contrast[top : rows[-1] + 3, left : columns[-1] + 3]


def _resized(contrast: Contrast) -> Contrast:
    """Return a picture with a larger side of 256 pixels, in which thin lines do not fade."""
    factor = max(1, max(contrast.shape) // FINENESS)
    height, width = (-(-side // factor) for side in contrast.shape)
    padded = np.pad(contrast, [(0, -side % factor) for side in contrast.shape])
    strongest = padded.reshape(height, factor, width, factor).max(axis=(1, 3))
    scale = FINENESS / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(strongest).resize(size, Image.Resampling.BICUBIC))

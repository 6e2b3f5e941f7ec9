"""Strokes → the 28×28 picture that the network sees."""

from __future__ import annotations

import numpy as np
import pyvips

from recognition.bitmap import SIZE, Bitmap
from recognition.strokes import Strokes

# Quick, Draw!'s own renderer (issue 19 of googlecreativelab/quickdraw-dataset), in units of its simplified drawings.
EXTENT = 255  # a drawing's larger side
LINE_WIDTH = 16
PADDING = 16
INSET = PADDING + LINE_WIDTH / 2  # from the bitmap's edge to the middle of the outermost line
SIDE = 256 + 2 * INSET  # 304 units become 28 pixels
SMALLEST_EXTENT = 1e-6  # what is smaller in every direction is a dot

_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIDE:g} {SIDE:g}">'
    f'<g fill="none" stroke="#fff" stroke-width="{LINE_WIDTH}" stroke-linecap="round" stroke-linejoin="round">'
)

pyvips.cache_set_max(0)  # no drawing comes twice


def rasterize(strokes: Strokes) -> Bitmap:
    """Draw strokes as the official bitmaps were drawn: aligned, the larger side scaled to 255 of 304 units, centred.

    strokes: [[[x…], [y…], …], …] in any unit, y down, as `parse_strokes` lets through.
    Returns uint8 (28, 28), white ink (255) on black (0). A stroke of one point, or of no extent, is a round dot.
    """
    svg = _HEAD + "".join(f'<path d="{path}"/>' for path in _paths(strokes)) + "</g></svg>"
    pixels: Bitmap = pyvips.Image.svgload_buffer(svg.encode()).numpy()
    return pixels[:, :, 3].copy()  # the ink's opacity


def _paths(strokes: Strokes) -> list[str]:
    """Return each stroke as SVG path data in the renderer's units."""
    left, right = _range(strokes, 0)
    top, bottom = _range(strokes, 1)
    extent = max(right - left, bottom - top)
    scale = EXTENT / extent if extent > SMALLEST_EXTENT else 0.0
    dx = (SIDE - (right - left) * scale) / 2
    dy = (SIDE - (bottom - top) * scale) / 2
    return [
        _path(
            [(x - left) * scale + dx for x in stroke[0]],
            [(y - top) * scale + dy for y in stroke[1]],
        )
        for stroke in strokes
    ]


def _range(strokes: Strokes, axis: int) -> tuple[float, float]:
    return min(min(stroke[axis]) for stroke in strokes), max(max(stroke[axis]) for stroke in strokes)


def _path(xs: list[float], ys: list[float]) -> str:
    points = [f"{x:.3f} {y:.3f}" for x, y in zip(xs, ys, strict=True)]
    if len(points) == 1:
        points *= 2  # SVG draws nothing for a lone point, a dot for a line of no length
    return "M" + "L".join(points)

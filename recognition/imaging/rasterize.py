"""SVG → pixels: the 28×28 bitmap that the network sees, and PNG files.

librsvg inside libvips draws them, because it draws with Cairo, as Quick, Draw! did: 0.06 of 255 from the official
bitmaps, where the fastest alternative (celiagg, 0.1 ms) is 0.7 and Pillow at 16× 1.8 away; see `bench/parity.py`.
It costs a third of a millisecond, 12 MB and 15 ms at start. Fetching the pixels through a Region instead of
`Image.numpy()` saves libvips' thread pool and a quarter of the time.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import pyvips

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.canvas import CANVAS_SIDE, LINE_WIDTH, place_on_canvas, split_paths, svg_paths
from recognition.imaging.strokes import Strokes

PNG_SIDE = 600  # pixels; pictures of this size are shown where a drawing is linked to

_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" '
    f'viewBox="0 0 {CANVAS_SIDE:g} {CANVAS_SIDE:g}" '
    f'fill="none" stroke="#fff" stroke-width="{LINE_WIDTH}" stroke-linecap="round" stroke-linejoin="round">'
)

pyvips.cache_set_max(0)  # no drawing comes twice


def rasterize(strokes: Strokes) -> Bitmap:
    """Draw strokes as the official bitmaps were drawn: aligned, the larger side scaled to 255 of 304 units, centred.

    strokes: [[[x…], [y…], …], …] in any unit, y down, as `parse_strokes` accepts them.
    Returns uint8 (28, 28), white ink (255) on black (0). A stroke of one point, or of no extent, is a round dot.
    Safe to call from many threads.
    """
    image = pyvips.Image.svgload_buffer(f"{_HEAD}{stroke_paths(strokes)}</svg>".encode())
    rgba = np.frombuffer(pyvips.Region.new(image).fetch(0, 0, SIZE, SIZE), np.uint8)
    return rgba[3::4].reshape(SIZE, SIZE).copy()  # the alpha channel


def stroke_paths(strokes: Strokes) -> str:
    """Return strokes as SVG paths on the canvas of 304 × 304 units."""
    paths = split_paths(place_on_canvas(strokes))
    return svg_paths(chain.from_iterable(paths), "%.3f %.3f")


def svg_to_png(svg: str, side: int = PNG_SIDE) -> bytes:
    """Return an SVG as a PNG of `side` × `side` pixels, on white."""
    png: bytes = pyvips.Image.thumbnail_buffer(svg.encode(), side).flatten(background=255).pngsave_buffer()
    return png

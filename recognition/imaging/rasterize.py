"""Strokes → the 28×28 picture that the network sees.

librsvg inside libvips draws them, because it draws with Cairo, as Quick, Draw! did: 0.06 of 255 from the official
bitmaps, where the fastest alternative (celiagg, 0.1 ms) is 0.7 and Pillow at 16× 1.8 away; see `bench/parity.py`.
It costs a third of a millisecond, 12 MB and 15 ms at start. Fetching the pixels through a Region instead of
`Image.numpy()` saves libvips' thread pool and a quarter of the time.
"""

from __future__ import annotations

import numpy as np
import pyvips

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.strokes import Strokes

# Quick, Draw!'s own renderer (issue 19 of googlecreativelab/quickdraw-dataset), in units of its simplified drawings.
EXTENT = 255  # a drawing's larger side
LINE_WIDTH = 16
SIDE = 256 + 2 * (16 + LINE_WIDTH / 2)  # 16 of padding; these 304 units become 28 pixels

SLACK = 5  # units of the larger side that simplifying may lose, and does but in 1 of 400 official drawings
SMALLEST_EXTENT = 1e-6  # what is smaller in both directions is a dot
LONGEST_PATH = 256  # points; Cairo's time grows with their square, and official strokes stay below
MANY_POINTS = 2_000  # in all; where more cross each other, shorter paths take a fifth of the time
SHORT_PATH = 32  # points

_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIDE:g} {SIDE:g}" '
    f'fill="none" stroke="#fff" stroke-width="{LINE_WIDTH}" stroke-linecap="round" stroke-linejoin="round">'
)

pyvips.cache_set_max(0)  # no drawing comes twice

Point = tuple[float, float]


def rasterize(strokes: Strokes) -> Bitmap:
    """Draw strokes as the official bitmaps were drawn: aligned, the larger side scaled to 255 of 304 units, centred.

    strokes: [[[x…], [y…], …], …] in any unit, y down, as `parse_strokes` lets through.
    Returns uint8 (28, 28), white ink (255) on black (0). A stroke of one point, or of no extent, is a round dot.
    Safe to call from many threads.
    """
    image = pyvips.Image.svgload_buffer(f"{_HEAD}{svg_paths(strokes)}</svg>".encode())
    rgba = np.frombuffer(pyvips.Region.new(image).fetch(0, 0, SIZE, SIZE), np.uint8)
    return rgba[3::4].reshape(SIZE, SIZE).copy()  # the ink's opacity


def svg_paths(strokes: Strokes) -> str:
    """Return the strokes as paths on the sheet of 304 × 304 units, for an image of any size and pen."""
    return "".join(_svg_path(piece) for piece in pieces(placed(strokes)))


def placed(strokes: Strokes) -> list[list[Point]]:
    """Return the points of each stroke on the sheet of 304 × 304 units."""
    left, right = _range(strokes, 0)
    top, bottom = _range(strokes, 1)
    if _is_simplified(strokes, max(left, top), max(right, bottom)):
        left, top, scale = 0, 0, 1.0  # the official renderer aligns and scales no more
    else:
        extent = max(right - left, bottom - top)
        scale = EXTENT / extent if extent > SMALLEST_EXTENT else 0.0
    dx = (SIDE - (right - left) * scale) / 2
    dy = (SIDE - (bottom - top) * scale) / 2
    return [
        [((x - left) * scale + dx, (y - top) * scale + dy) for x, y in zip(stroke[0], stroke[1], strict=True)]
        for stroke in strokes
    ]


def _range(strokes: Strokes, axis: int) -> tuple[float, float]:
    return min(min(stroke[axis]) for stroke in strokes), max(max(stroke[axis]) for stroke in strokes)


def _is_simplified(strokes: Strokes, start: float, end: float) -> bool:
    """Tell official simplified strokes: whole numbers from about 0 to about 255."""
    return (
        start <= SLACK
        and EXTENT - SLACK <= end <= EXTENT
        and all(number >= 0 and number == int(number) for stroke in strokes for axis in stroke[:2] for number in axis)
    )


def pieces(lines: list[list[Point]]) -> list[list[Point]]:
    """Cut strokes that would take Cairo long, after leaving out what is nearer than a tenth of a pixel."""
    lines = [points if len(points) <= LONGEST_PATH else _thinned(points) for points in lines]
    longest = LONGEST_PATH if sum(map(len, lines)) <= MANY_POINTS else SHORT_PATH
    return [piece for points in lines for piece in _cut(points, longest)]


def _cut(points: list[Point], longest: int) -> list[list[Point]]:
    if len(points) <= longest:
        return [points]
    return [points[start : start + longest + 1] for start in range(0, max(1, len(points) - 1), longest)]


def _thinned(points: list[Point]) -> list[Point]:
    kept = [points[0]]
    for x, y in points:
        if abs(x - kept[-1][0]) > 1 or abs(y - kept[-1][1]) > 1:
            kept.append((x, y))
    return [*kept, points[-1]]


def _svg_path(points: list[Point]) -> str:
    if len(points) == 1:
        points = points * 2  # SVG draws nothing for a lone point, a dot for a line of no length
    return f'<path d="M{"L".join([f"{x:.3f} {y:.3f}" for x, y in points])}"/>'

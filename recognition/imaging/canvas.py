"""Strokes on Quick, Draw!'s canvas of 304 × 304 units, as SVG paths.

Drawings are placed as by the official renderer (issue 19 of googlecreativelab/quickdraw-dataset): the larger side
becomes 255 units, centred, with room for the line around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10

from recognition.imaging.strokes import Strokes

# In units of Quick, Draw!'s simplified drawings.
EXTENT = 255  # a drawing's larger side
LINE_WIDTH = 16
CANVAS_SIDE = 256 + 2 * (16 + LINE_WIDTH / 2)  # with 16 of padding; these 304 units become the bitmap's 28 pixels

SIMPLIFY_SLACK = 5  # units that simplifying may take off the larger side; 399 of 400 official drawings lose less
MIN_EXTENT = 1e-6  # a drawing that is smaller in both directions is a dot
DIGITS = 5  # after the first one of the larger side: what is finer changes neither pixels nor what people see
MAX_PATH_POINTS = 256  # Cairo's time grows with their square; official strokes have fewer
MANY_POINTS = 2_000  # in all; where so many lines cross each other, shorter paths take a fifth of the time
SHORT_PATH_POINTS = 32

Point = tuple[float, float]


def round_numbers(strokes: Strokes) -> Strokes:
    """Round x and y to the step of the drawing, and times to whole milliseconds; whole numbers stay as they are."""
    places = _decimal_places(strokes)
    return [_round_stroke(stroke, places) for stroke in strokes]


def _round_stroke(stroke: list[list[float]], places: int) -> list[list[float]]:
    x, y, *times = stroke
    rounded: list[list[float]] = [[round(number, places) + 0 for number in axis] for axis in (x, y)]  # no -0.0
    rounded += [[round(time) for time in axis] for axis in times]
    return rounded


def rounding_step(strokes: Strokes) -> float:
    """Return the step to which x and y are rounded, from a millionth to a hundred thousandth of the larger side."""
    return float(10 ** -_decimal_places(strokes))


def _decimal_places(strokes: Strokes) -> int:
    sides = [high - low for low, high in (_range(strokes, 0), _range(strokes, 1))]
    return max(0, DIGITS - floor(log10(max(*sides, MIN_EXTENT))))


def place_on_canvas(strokes: Strokes) -> list[list[Point]]:
    """Return the points of each stroke on the canvas of 304 × 304 units."""
    left, right = _range(strokes, 0)
    top, bottom = _range(strokes, 1)
    if _is_simplified(strokes, max(left, top), max(right, bottom)):
        left, top, scale = 0, 0, 1.0  # the official renderer does not align or scale these again
    else:
        extent = max(right - left, bottom - top)
        scale = EXTENT / extent if extent > MIN_EXTENT else 0.0
    dx = (CANVAS_SIDE - (right - left) * scale) / 2
    dy = (CANVAS_SIDE - (bottom - top) * scale) / 2
    return [
        [((x - left) * scale + dx, (y - top) * scale + dy) for x, y in zip(stroke[0], stroke[1], strict=True)]
        for stroke in strokes
    ]


def split_paths(lines: list[list[Point]]) -> list[list[list[Point]]]:
    """Split each line that would take Cairo long into short ones.

    Points of long lines that are within a tenth of a bitmap pixel of the one before are dropped first.
    """
    lines = [points if len(points) <= MAX_PATH_POINTS else _thin_out(points) for points in lines]
    limit = MAX_PATH_POINTS if sum(map(len, lines)) <= MANY_POINTS else SHORT_PATH_POINTS
    return [_split(points, limit) for points in lines]


def svg_paths(lines: Iterable[list[Point]], point_format: str) -> str:
    """Return lines as SVG path elements.

    point_format: for x and y, such as "%.2f %.2f"; a third faster than an f-string.
    """
    return "".join(_svg_path(points, point_format) for points in lines)


def _svg_path(points: list[Point], point_format: str) -> str:
    if len(points) == 1:
        points = points * 2  # SVG draws nothing for a lone point, a dot for a line of no length
    return f'<path d="M{"L".join([point_format % point for point in points])}"/>'


def _range(strokes: Strokes, axis: int) -> tuple[float, float]:
    return min(min(stroke[axis]) for stroke in strokes), max(max(stroke[axis]) for stroke in strokes)


def _is_simplified(strokes: Strokes, start: float, end: float) -> bool:
    """Tell whether strokes are official simplified ones: whole numbers from about 0 to about 255."""
    return (
        start <= SIMPLIFY_SLACK
        and EXTENT - SIMPLIFY_SLACK <= end <= EXTENT
        and all(number >= 0 and number == int(number) for stroke in strokes for axis in stroke[:2] for number in axis)
    )


def _split(points: list[Point], limit: int) -> list[list[Point]]:
    if len(points) <= limit:
        return [points]
    return [points[start : start + limit + 1] for start in range(0, max(1, len(points) - 1), limit)]


def _thin_out(points: list[Point]) -> list[Point]:
    thinned = [points[0]]
    for x, y in points:
        if abs(x - thinned[-1][0]) > 1 or abs(y - thinned[-1][1]) > 1:
            thinned.append((x, y))
    return [*thinned, points[-1]]

"""The formats in which programs send strokes, read as Quick, Draw!'s, and what a request with them costs.

All formats have y down and any unit.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import StrEnum

from recognition.imaging.strokes import LIMITS, MAX_POINTS, InvalidStrokes

MOST_GUESSES = 64  # drawings of a request

# What a guess about a few lines costs, two milliseconds, so much more costs as well; measured through the whole site.
POINTS_PER_COST = 500
DRAWINGS_PER_COST = 4
IMAGE_COST = 4  # it takes as long as 18 to 30 guesses, but people may send some dozens a minute

POINT = "{x, y}, {x, y, t}, [x, y] or [x, y, t]"


class StrokeFormat(StrEnum):
    QUICKDRAW = "quickdraw"  # [[[x…], [y…], [t…]], …]
    POINTS = "points"  # [[{x, y, t}, …], …], [[[x, y, t], …], …] or [{points: […]}, …]; t is optional
    STROKE_3 = "stroke-3"  # [[dx, dy, pen_up], …] as in sketch-rnn; pen_up is 1 in a stroke's last row


def parse_format(name: object) -> StrokeFormat:
    """Return the format of this name. Raises InvalidStrokes, whose message names the nearest one."""
    if isinstance(name, str) and name in list(StrokeFormat):
        return StrokeFormat(name)
    *others, last = StrokeFormat
    message = f"format must be {', '.join(others)} or {last}."
    if isinstance(name, str) and (near := difflib.get_close_matches(name.lower(), list(StrokeFormat), 1)):
        message += f" Did you mean {near[0]}?"
    raise InvalidStrokes(message)


def to_quickdraw(strokes: object, stroke_format: StrokeFormat) -> object:
    """Return untrusted strokes of a format as Quick, Draw!'s, which `parse_strokes` still has to check.

    Raises InvalidStrokes, whose message names the place.
    """
    if stroke_format == StrokeFormat.QUICKDRAW:
        return strokes
    if not isinstance(strokes, list):
        shape = "[[dx, dy, pen_up], …]" if stroke_format == StrokeFormat.STROKE_3 else f"lists of points {POINT}"
        raise InvalidStrokes(f"strokes must be a list: {shape}.")
    return _of_steps(strokes) if stroke_format == StrokeFormat.STROKE_3 else _of_points(strokes)


def count_points(strokes: object, stroke_format: object) -> int:
    """Count the points of untrusted strokes; what is no stroke has none, and is refused when it is parsed."""
    if not isinstance(strokes, list):
        return 0
    if stroke_format == StrokeFormat.STROKE_3:
        return len(strokes)
    lists = [points for stroke in strokes if isinstance(points := _points_of(stroke), list)]
    if stroke_format != StrokeFormat.POINTS:
        lists = [stroke[0] for stroke in lists if stroke and isinstance(stroke[0], list)]
    return sum(map(len, lists))


def cost_of(body: object) -> int:
    """Return what an untrusted body with strokes or an image costs; 1 for a few lines."""
    return 1 + _image_cost(body) + _count_points_of(body) // POINTS_PER_COST


def cost_of_all(body: object) -> int:
    """Return what an untrusted body with many drawings costs; 1 for one of a few lines."""
    drawings = body.get("drawings") if isinstance(body, Mapping) else None
    several = drawings[:MOST_GUESSES] if isinstance(drawings, list) else []
    points = sum(map(_count_points_of, several))
    return 1 + len(several) // DRAWINGS_PER_COST + sum(map(_image_cost, several)) + points // POINTS_PER_COST


def _image_cost(body: object) -> int:
    return IMAGE_COST if isinstance(body, Mapping) and body.get("image") is not None else 0


def _count_points_of(body: object) -> int:
    """Count the points of an untrusted drawing, and of the guess that won it; more than may be sent count as these."""
    if not isinstance(body, Mapping):
        return 0
    won, stroke_format = body.get("won"), body.get("format")
    strokes = [body.get("strokes"), won.get("strokes") if isinstance(won, Mapping) else None]
    return min(sum(count_points(one, stroke_format) for one in strokes), 2 * MAX_POINTS)


def hint(strokes: object, stroke_format: StrokeFormat) -> str:
    """Return a sentence about refused strokes that look like those of another format, or ""."""
    if stroke_format != StrokeFormat.QUICKDRAW or not isinstance(strokes, list):
        return ""
    lists = [points for stroke in strokes if isinstance(points := _points_of(stroke), list)]
    # Two or three points may be lists of x, y and t just as well.
    if any(len(stroke) > len(LIMITS) and all(map(_is_point, stroke)) for stroke in lists):
        return " Did you mean format=points?"
    has_objects = any(isinstance(point, dict) for stroke in lists for point in stroke)
    return " Points as {x, y} need format=points." if has_objects else ""


def _points_of(stroke: object) -> object:
    """Return the points of a stroke, which signature_pad has in an object with its pen."""
    return stroke.get("points") if isinstance(stroke, dict) else stroke


def _is_point(row: object) -> bool:
    return isinstance(row, list) and 2 <= len(row) <= 3 and all(type(number) in (int, float) for number in row)


def _of_points(strokes: list[object]) -> list[object]:
    return [_axes(_points_of(stroke), f"strokes[{index}]") for index, stroke in enumerate(strokes)]


def _axes(points: object, place: str) -> list[list[object]]:
    if not isinstance(points, list):
        raise InvalidStrokes(f"{place} must be a list of points, each {POINT}.")
    rows = [_xyt(point, f"{place}[{index}]") for index, point in enumerate(points)]
    return [list(axis) for axis in zip(*rows, strict=True)]


def _xyt(point: object, place: str) -> tuple[object, object, object]:
    match point:
        case {"x": x, "y": y, **others}:
            return x, y, others.get("t", others.get("time"))
        case [x, y]:
            return x, y, None
        case [x, y, t]:
            return x, y, t
    raise InvalidStrokes(f"{place} must be a point: {POINT}.")


def _of_steps(rows: list[object]) -> list[list[list[float]]]:
    """Add up the steps of stroke-3, which start from the origin. The last stroke may lack its end."""
    x: float = 0
    y: float = 0
    strokes: list[list[list[float]]] = [[[], []]]
    for index, row in enumerate(rows):
        match row:
            case [int() | float() as dx, int() | float() as dy, 0 | 1 as pen_up] if _is_step(dx) and _is_step(dy):
                x, y = x + dx, y + dy
            case _:
                raise InvalidStrokes(
                    f"strokes[{index}] must be [dx, dy, pen_up]: two numbers within ±1,000,000, and 0 or 1."
                )
        strokes[-1][0].append(x)
        strokes[-1][1].append(y)
        if pen_up:
            strokes.append([[], []])
    return strokes if strokes[-1][0] else strokes[:-1]


def _is_step(number: float) -> bool:
    """Tell whether it is a number, no bool and no NaN, that a stroke can go at once."""
    return type(number) is not bool and -LIMITS["x"] <= number <= LIMITS["x"]

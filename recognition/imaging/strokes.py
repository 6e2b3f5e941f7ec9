"""Strokes in Quick, Draw!'s format, the pens that drew them, and the validation of untrusted JSON."""

from __future__ import annotations

Strokes = list[list[list[float]]]  # [[[x…], [y…], [t…]], …], y down, t milliseconds and optional
Pens = list[list[str]]  # [[colour, width], …], one per stroke; a stroke without one has DEFAULT_PEN

# The pens of the drawing page, as people see them; the network sees none.
PEN_COLOURS = {  # in SVG; as in the light theme of static/css/tokens.css
    "ink": "currentColor",
    "blue": "#3646c9",
    "red": "#d93b30",
    "orange": "#e8830c",
    "green": "#23905c",
    "violet": "#8a45bf",
}
PEN_WIDTHS = {"thin": 3, "medium": 6, "thick": 12}  # units of the canvas of 304 × 304
DEFAULT_PEN = ["ink", "medium"]
PENS = [[colour, width] for colour in PEN_COLOURS for width in PEN_WIDTHS]

MAX_STROKES = 400
MAX_POINTS = 20_000
LIMITS = {"x": 1e6, "y": 1e6, "t": 1e15}  # ±; enough for the pixels of any screen and the milliseconds of any clock


class InvalidStrokes(ValueError):
    """The strokes are invalid; the message says why and where."""


class InvalidPens(InvalidStrokes):
    """The pens of the strokes are invalid."""


def parse_strokes(value: object) -> Strokes:
    """Check untrusted JSON and return it as strokes, numbers unchanged.

    Accepts a list of 1 to 400 strokes, each `[[x…], [y…]]` or `[[x…], [y…], [t…]]` with equally many finite numbers,
    x and y within ±1,000,000 in any unit, y down, t within ±10^15 milliseconds; at most 20,000 points in all.
    Strokes without points are dropped, and so are the times of a stroke in which any is null.
    Raises InvalidStrokes, whose message names the place and the limit.
    """
    if not isinstance(value, list):
        raise InvalidStrokes("strokes must be a list of strokes, each [[x…], [y…]] or [[x…], [y…], [t…]].")
    if not value:
        raise InvalidStrokes("strokes is empty: there is nothing drawn.")
    if len(value) > MAX_STROKES:
        raise InvalidStrokes(f"strokes has {len(value):,} strokes; at most {MAX_STROKES} are allowed.")
    _check_shapes(value)  # cheap: refuses a million points before it looks at any of them
    for index, stroke in enumerate(value):
        for axis, numbers in zip(LIMITS, stroke, strict=False):
            _check_numbers(numbers or [], axis, f"strokes[{index}]")
    return [_with_complete_times(stroke) for stroke in value if _has_points(stroke)]


def parse_pens(value: object, strokes: list[list[list[float]]]) -> Pens | None:
    """Check untrusted JSON and return it as pens; None for none.

    strokes: what `parse_strokes` has accepted, as it was sent. The pens of strokes without points are dropped as well.
    Raises InvalidPens, whose message names the place and what is allowed.
    """
    if value is None:
        return None
    if not isinstance(value, list):
        raise InvalidPens("pens must be a list of pens, each [colour, width].")
    if len(value) > len(strokes):
        raise InvalidPens(f"pens has {len(value):,} pens for {len(strokes)} strokes; at most one for each is allowed.")
    for index, pen in enumerate(value):
        if pen not in PENS:
            colours, widths = ", ".join(PEN_COLOURS), ", ".join(PEN_WIDTHS)
            raise InvalidPens(f"pens[{index}] must be [colour, width], with one of {colours} and one of {widths}.")
    return [pen for pen, stroke in zip(value, strokes, strict=False) if _has_points(stroke)] or None


def _has_points(stroke: list[list[float]]) -> bool:
    return bool(stroke and stroke[0])


def _with_complete_times(stroke: list[list[float]]) -> list[list[float]]:
    x, y, *times = stroke
    return stroke if times and times[0] and None not in times[0] else [x, y]


def _check_shapes(strokes: list[object]) -> None:
    points = 0
    for index, stroke in enumerate(strokes):
        points += _length(stroke, f"strokes[{index}]")
    if not points:
        raise InvalidStrokes("strokes has no points: there is nothing drawn.")
    if points > MAX_POINTS:
        raise InvalidStrokes(f"strokes has {points:,} points; at most {MAX_POINTS:,} are allowed.")


def _length(stroke: object, place: str) -> int:
    """Return the number of points of a stroke. Raises InvalidStrokes unless its lists are equally long."""
    if stroke == []:
        return 0
    if not isinstance(stroke, list) or not 2 <= len(stroke) <= 3:
        raise InvalidStrokes(f"{place} must be [[x…], [y…]] or [[x…], [y…], [t…]].")
    for axis, numbers in zip(LIMITS, stroke, strict=False):
        if axis == "t" and (numbers is None or numbers == []):
            continue
        if not isinstance(numbers, list):
            raise InvalidStrokes(f"{place}: {axis} must be a list of numbers.")
        if len(numbers) != len(stroke[0]):
            raise InvalidStrokes(f"{place}: x has {len(stroke[0])} numbers but {axis} has {len(numbers)}.")
    return len(stroke[0])


def _check_numbers(numbers: list[object], axis: str, place: str) -> None:
    limit = LIMITS[axis]
    for index, number in enumerate(numbers):
        if type(number) is not float and type(number) is not int:  # not isinstance: a bool is an int
            if number is None and axis == "t":
                continue
            raise InvalidStrokes(f"{place}: {axis}[{index}] must be a number.")
        if not -limit <= number <= limit:  # also false for NaN
            raise InvalidStrokes(f"{place}: {axis}[{index}] must be between {-limit:,.0f} and {limit:,.0f}.")

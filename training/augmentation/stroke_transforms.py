"""What a hand does to a drawing: leaves it unfinished, shakes, leans it, adds a stray dot or a frame."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from recognition.imaging.strokes import Strokes

Points = npt.NDArray[np.float64]  # (2, n): x and y

REACH = 0.35  # of the larger side, that stray dots lie outside the drawing at most
STEP = 0.05  # of the larger side, between the points that a tremor moves


def unfinished(strokes: Strokes, share: float) -> Strokes:
    """Return the first `share` of the ink, 0 to 1, as the page sees a drawing while it grows; at least one point."""
    left = share * sum(_lengths(points)[-1] for points in map(_points, strokes))
    drawn = []
    for points in map(_points, strokes):
        lengths = _lengths(points)
        if lengths[-1] > left:
            drawn.append(_cut(points, lengths, left))
            break
        drawn.append(points)
        left -= lengths[-1]
    return [points.tolist() for points in drawn]


def shaky(strokes: Strokes, tremor: float, random: np.random.Generator) -> Strokes:
    """Return a drawing whose lines are off by `tremor` of its larger side, standard deviation."""
    larger = _larger_side(strokes)
    return [_shaken(_points(stroke), larger, tremor, random).tolist() for stroke in strokes]


def affine(strokes: Strokes, turn: float = 0.0, stretch: float = 1.0, mirrored: bool = False) -> Strokes:
    """Return a drawing mirrored left and right, stretched in width and turned clockwise by `turn` radians."""
    cosine, sine = math.cos(turn), math.sin(turn)
    wide = -stretch if mirrored else stretch
    matrix = np.array([[cosine * wide, -sine], [sine * wide, cosine]])
    return [(matrix @ _points(stroke)).tolist() for stroke in strokes]


def with_stray_dot(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """Add a dot somewhere in the drawing or around it."""
    reach = REACH * _larger_side(strokes)
    (left, top), (right, bottom) = _corners(strokes)
    x, y = random.uniform(left - reach, right + reach), random.uniform(top - reach, bottom + reach)
    return [*strokes, [[x], [y]]]


def framed(strokes: Strokes, margin: float) -> Strokes:
    """Add a frame around the drawing at a distance of `margin` of its larger side."""
    distance = margin * _larger_side(strokes)
    (left, top), (right, bottom) = _corners(strokes) + np.array([[-distance], [distance]])
    return [*strokes, [[left, right, right, left, left], [top, top, bottom, bottom, top]]]


def _points(stroke: list[list[float]]) -> Points:
    return np.array(stroke[:2], dtype=np.float64)


def _corners(strokes: Strokes) -> npt.NDArray[np.float64]:
    """Return [[left, top], [right, bottom]]."""
    points = np.concatenate([_points(stroke) for stroke in strokes], axis=1)
    return np.stack([points.min(axis=1), points.max(axis=1)])


def _larger_side(strokes: Strokes) -> float:
    return float(np.ptp(_corners(strokes), axis=0).max())


def _lengths(points: Points) -> npt.NDArray[np.float64]:
    """Return how much ink there is up to each point: (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points)))])


def _cut(points: Points, lengths: npt.NDArray[np.float64], length: float) -> Points:
    """Return a stroke up to a length, shorter than its own."""
    whole = points[:, lengths <= length]
    end = [np.interp(length, lengths, axis) for axis in points]
    return np.column_stack([whole, end])


def _shaken(points: Points, larger: float, tremor: float, random: np.random.Generator) -> Points:
    lengths = _lengths(points)
    if not larger or not lengths[-1]:
        return points
    places = np.linspace(0, lengths[-1], max(2, round(lengths[-1] / (STEP * larger)) + 1))
    lines = np.stack([np.interp(places, lengths, axis) for axis in points])
    noise = random.normal(0, tremor * larger, lines.shape)
    # Neighbours move alike, so that lines bend instead of bristling; the sum of three has 1.73 times the deviation.
    shaken: Points = lines + (noise + np.roll(noise, 1, axis=1) + np.roll(noise, -1, axis=1)) / math.sqrt(3)
    return shaken

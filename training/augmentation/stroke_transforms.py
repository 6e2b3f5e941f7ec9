"""Geometric transforms of strokes: truncate, jitter, affine map, stray dot, frame."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from recognition.imaging.strokes import Strokes

Points = npt.NDArray[np.float64]  # (2, n): x and y

DOT_REACH_SHARE = 0.35  # of the larger side: how far outside the drawing a stray dot may lie
JITTER_STEP_SHARE = 0.05  # of the larger side: the distance between points that jitter moves


def truncated(strokes: Strokes, share: float) -> Strokes:
    """Return the first `share` of the ink, 0 to 1, and at least one point.

    This is what the page sends while a drawing is under way.
    """
    remaining = share * sum(_lengths(points)[-1] for points in map(_points, strokes))
    result = []
    for points in map(_points, strokes):
        lengths = _lengths(points)
        if lengths[-1] > remaining:
            result.append(_cut(points, lengths, remaining))
            break
        result.append(points)
        remaining -= lengths[-1]
    return [points.tolist() for points in result]


def jittered(strokes: Strokes, tremor: float, random: np.random.Generator) -> Strokes:
    """Add noise to the points, as a shaky hand does.

    tremor: the noise's standard deviation, as a share of the drawing's larger side.
    """
    larger_side = _larger_side(strokes)
    return [_jittered_stroke(_points(stroke), larger_side, tremor, random).tolist() for stroke in strokes]


def affine_strokes(strokes: Strokes, turn: float = 0.0, stretch: float = 1.0, mirrored: bool = False) -> Strokes:
    """Mirror a drawing left to right, stretch its width, then rotate it clockwise by `turn` radians."""
    cosine, sine = math.cos(turn), math.sin(turn)
    width = -stretch if mirrored else stretch
    matrix = np.array([[cosine * width, -sine], [sine * width, cosine]])  # y points down, so this turns clockwise
    return [(matrix @ _points(stroke)).tolist() for stroke in strokes]  # (2, 2) @ (2, n)


def with_stray_dot(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """Add a dot somewhere in the drawing or around it."""
    reach = DOT_REACH_SHARE * _larger_side(strokes)
    (left, top), (right, bottom) = _corners(strokes)
    x, y = random.uniform(left - reach, right + reach), random.uniform(top - reach, bottom + reach)
    return [*strokes, [[x], [y]]]


def framed(strokes: Strokes, margin: float) -> Strokes:
    """Add a frame around the drawing, at a distance of `margin` times its larger side."""
    distance = margin * _larger_side(strokes)
    (left, top), (right, bottom) = _corners(strokes) + np.array([[-distance], [distance]])
    return [*strokes, [[left, right, right, left, left], [top, top, bottom, bottom, top]]]


def _points(stroke: list[list[float]]) -> Points:
    return np.array(stroke[:2], dtype=np.float64)  # without the times


def _corners(strokes: Strokes) -> npt.NDArray[np.float64]:
    """Return [[left, top], [right, bottom]]."""
    points = np.concatenate([_points(stroke) for stroke in strokes], axis=1)
    return np.stack([points.min(axis=1), points.max(axis=1)])


def _larger_side(strokes: Strokes) -> float:
    return float(np.ptp(_corners(strokes), axis=0).max())


def _lengths(points: Points) -> npt.NDArray[np.float64]:
    """Return the length of the stroke up to each point: (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points)))])


def _cut(points: Points, lengths: npt.NDArray[np.float64], length: float) -> Points:
    """Return the start of a stroke, up to a `length` below its own."""
    whole = points[:, lengths <= length]
    end = [np.interp(length, lengths, axis) for axis in points]  # usually between two points
    return np.column_stack([whole, end])


def _jittered_stroke(points: Points, larger_side: float, tremor: float, random: np.random.Generator) -> Points:
    lengths = _lengths(points)
    if not larger_side or not lengths[-1]:
        return points
    # Simplified strokes have few points. Resample them evenly, or a long straight line would stay straight.
    places = np.linspace(0, lengths[-1], max(2, round(lengths[-1] / (JITTER_STEP_SHARE * larger_side)) + 1))
    resampled = np.stack([np.interp(places, lengths, axis) for axis in points])  # (2, places)
    noise = random.normal(0, tremor * larger_side, resampled.shape)
    # Smooth the noise over neighbours, so that lines bend instead of bristling. The sum of three independent values
    # has sqrt(3) times the standard deviation of one.
    jittered: Points = resampled + (noise + np.roll(noise, 1, axis=1) + np.roll(noise, -1, axis=1)) / math.sqrt(3)
    return jittered

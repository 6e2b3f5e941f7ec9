"""Strokes as Quick, Draw! simplified its own: small whole numbers, and no more points than their shape needs.

https://github.com/googlecreativelab/quickdraw-dataset#simplified-drawing-files-ndjson says how: align to the top left
corner, scale uniformly to 0 to 255, resample with 1 pixel of spacing, Ramer–Douglas–Peucker with an epsilon of 2.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from recognition.imaging.canvas import EXTENT, MIN_EXTENT
from recognition.imaging.strokes import Strokes

EPSILON = 2.0  # pixels that a point may be off the line without it
LONGEST = 1_000  # points that are looked at together; the time grows with their square where a scribble is made for it

Points = npt.NDArray[np.float64]  # (n, 2)
Simplified = list[list[list[int]]]  # [[[x…], [y…]], …], 0 to 255


def simplified(strokes: Strokes) -> Simplified:
    """Return strokes as the simplified files have them; official ones stay as they are. Times are dropped."""
    drawn = [np.array(stroke[:2], np.float64).T for stroke in strokes]
    if _is_simplified(drawn):
        return [points.T.astype(int).tolist() for points in drawn]
    everything = np.concatenate(drawn)
    corner, extent = everything.min(axis=0), np.ptp(everything, axis=0).max()
    scale = EXTENT / extent if extent > MIN_EXTENT else 0.0
    pieces = [_rounded(_needed(_resampled((points - corner) * scale))) for points in drawn]
    return [points.T.tolist() for points in pieces]


def _is_simplified(drawn: list[Points]) -> bool:
    """Tell strokes that cannot become simpler: whole numbers from 0 to exactly 255."""
    everything = np.concatenate(drawn)
    fits = everything.min() == 0 and everything.max() == EXTENT
    return bool(fits and (everything == everything.round()).all())


def _resampled(points: Points) -> Points:
    """Leave one point for every pixel of the way, and its end; where there are fewer, more would say nothing new."""
    travelled = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    if travelled[-1] > len(points):
        return points
    stops = np.append(np.arange(0, travelled[-1], 1.0), travelled[-1])
    return np.stack([np.interp(stops, travelled, axis) for axis in points.T], axis=1)


def _needed(points: Points) -> Points:
    """Leave out what is nearer than EPSILON to the line between what is kept (Ramer–Douglas–Peucker)."""
    kept = np.zeros(len(points), bool)
    ends = [*range(0, len(points) - 1, LONGEST), len(points) - 1]
    kept[ends] = True
    spans = list(pairwise(ends))
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        distances = _distances(points[first + 1 : last], points[first], points[last])
        if distances.max() > EPSILON:
            middle = first + 1 + int(distances.argmax())
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return points[kept]


def _distances(points: Points, start: Points, end: Points) -> npt.NDArray[np.float64]:
    """Return how far points are from the line between two others, so that a stroke that turns back keeps its ends."""
    along = end - start
    length = float(along @ along)
    share = ((points - start) @ along / length).clip(0, 1) if length else np.zeros(len(points))
    across = points - start - share[:, np.newaxis] * along
    distances: npt.NDArray[np.float64] = np.hypot(across[:, 0], across[:, 1])
    return distances


def _rounded(points: Points) -> npt.NDArray[np.int64]:
    """Round to whole pixels; where a stroke went nowhere, one point is left of it."""
    whole = points.round().astype(np.int64)
    is_new = np.append(True, (np.diff(whole, axis=0) != 0).any(axis=1))
    kept: npt.NDArray[np.int64] = whole[is_new]
    return kept

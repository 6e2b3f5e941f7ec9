"""Simplification of strokes to few points with whole coordinates from 0 to 255, as Quick, Draw! does it.

The steps are those of https://github.com/googlecreativelab/quickdraw-dataset#simplified-drawing-files-ndjson: align to
the top left corner, scale uniformly to 0 to 255, resample with a spacing of 1 pixel, then Ramer–Douglas–Peucker with an
epsilon of 2.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from recognition.imaging.canvas import EXTENT, MIN_EXTENT
from recognition.imaging.strokes import Strokes

EPSILON = 2.0  # pixels; a point that is nearer to the simplified line is dropped
MAX_SPAN_POINTS = 1_000  # simplified together; for a malicious scribble the time grows with their square

Points = npt.NDArray[np.float64]  # (n, 2)
Simplified = list[list[list[int]]]  # [[[x…], [y…]], …], 0 to 255


def simplify(strokes: Strokes) -> Simplified:
    """Return simplified strokes without times. Official simplified strokes stay as they are."""
    lines = [np.array(stroke[:2], np.float64).T for stroke in strokes]
    if _is_simplified(lines):
        return [points.T.astype(int).tolist() for points in lines]
    all_points = np.concatenate(lines)
    corner, extent = all_points.min(axis=0), np.ptp(all_points, axis=0).max()
    scale = EXTENT / extent if extent > MIN_EXTENT else 0.0
    simplified = [_round(_drop_needless(_resample((points - corner) * scale))) for points in lines]
    return [points.T.tolist() for points in simplified]


def _is_simplified(lines: list[Points]) -> bool:
    """Tell whether strokes are simplified: whole numbers from 0 to exactly 255."""
    all_points = np.concatenate(lines)
    fits = all_points.min() == 0 and all_points.max() == EXTENT
    return bool(fits and (all_points == all_points.round()).all())


def _resample(points: Points) -> Points:
    """Return one point for every pixel of a line's length, and its end.

    Lines with fewer points stay as they are.
    """
    travelled = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    if travelled[-1] > len(points):
        return points
    stops = np.append(np.arange(0, travelled[-1], 1.0), travelled[-1])
    return np.stack([np.interp(stops, travelled, axis) for axis in points.T], axis=1)


def _drop_needless(points: Points) -> Points:
    """Drop points within EPSILON of the line through the remaining ones (Ramer–Douglas–Peucker)."""
    kept = np.zeros(len(points), bool)
    ends = [*range(0, len(points) - 1, MAX_SPAN_POINTS), len(points) - 1]
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
    """Return the distances (n,) of points from a line segment.

    From an infinite line, a stroke that turns back would lose its ends.
    """
    along = end - start
    length = float(along @ along)
    share = ((points - start) @ along / length).clip(0, 1) if length else np.zeros(len(points))
    across = points - start - share[:, np.newaxis] * along
    distances: npt.NDArray[np.float64] = np.hypot(across[:, 0], across[:, 1])
    return distances


def _round(points: Points) -> npt.NDArray[np.int64]:
    """Round to whole pixels, and drop points that equal the one before."""
    whole = points.round().astype(np.int64)
    is_new = np.append(True, (np.diff(whole, axis=0) != 0).any(axis=1))
    rounded: npt.NDArray[np.int64] = whole[is_new]
    return rounded

"""Replays a drawing: the time of each stroke, and the champion's predictions while the drawing grows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import dist

from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from recognition.serving.model_loader import NoModelInService, champion

MAX_STEPS = 12  # predictions; with more strokes, a step adds several
MAX_POINTS = 20_000  # rasterized for all steps; a drawing with as many points gets a single step
# For strokes without times:
PAUSE_MS = 150.0  # between strokes
UNITS_PER_MS = 0.6  # speed of the pen: half a second across a sheet of 300


@dataclass(frozen=True)
class Step:
    """The prediction for the first `strokes` strokes."""

    strokes: int
    label: str
    confidence: float
    recognized: bool


def progressive_predictions(strokes: Strokes) -> list[Step]:
    """Return the champion's predictions for growing prefixes of the strokes; nothing if no model is in service."""
    try:
        network = champion()
    except NoModelInService:
        return []
    steps = _affordable_steps(strokes)
    counts = sorted({round(len(strokes) * step / steps) for step in range(1, steps + 1)} - {0})
    predictions = [(count, network.recognize(rasterize(strokes[:count]))) for count in counts]
    return [Step(count, guess.label, guess.confidence, guess.recognized) for count, guess in predictions]


def _affordable_steps(strokes: Strokes) -> int:
    """Return the number of steps: n steps rasterize (n + 1) / 2 times the points of the drawing."""
    affordable = 2 * MAX_POINTS // sum(len(stroke[0]) for stroke in strokes) - 1
    return max(1, min(MAX_STEPS, affordable))


def stroke_times(strokes: Strokes) -> list[tuple[float, float]]:
    """Return start and end of each stroke in milliseconds since the first point, estimated if any times are missing."""
    if all(len(stroke) == 3 for stroke in strokes):
        first = min(min(stroke[2]) for stroke in strokes)
        return [(min(stroke[2]) - first, max(stroke[2]) - first) for stroke in strokes]
    times, now = [], 0.0
    for stroke in strokes:
        duration = max(PAUSE_MS, _length(stroke) / UNITS_PER_MS)
        times.append((now, now + duration))
        now += duration + PAUSE_MS
    return times


def _length(stroke: list[list[float]]) -> float:
    points = zip(stroke[0], stroke[1], strict=True)
    return sum(dist(*segment) for segment in pairwise(points))

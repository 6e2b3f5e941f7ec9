"""How a drawing came to be: when each stroke was drawn, and what the network in service says after each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import dist

from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from recognition.serving.model_loader import NoModelInService, champion

STEPS = 12  # guesses at most; of more strokes some are passed over
MAX_POINTS = 20_000  # drawn for the guesses; of a scribble of as many only the whole is looked at
PAUSE = 150.0  # milliseconds between strokes whose times are not known
PACE = 0.6  # units of length a millisecond, likewise: half a second across a sheet of 300


@dataclass(frozen=True)
class Step:
    """What the network says once so many strokes are drawn."""

    strokes: int
    label: str
    confidence: float
    recognized: bool


def progressive_predictions(strokes: Strokes) -> list[Step]:
    """Ask the network in service about the first strokes, the first few more, and so on to all; nothing without one."""
    try:
        network = champion()
    except NoModelInService:
        return []
    steps = _affordable_steps(strokes)
    counts = sorted({round(len(strokes) * step / steps) for step in range(1, steps + 1)} - {0})
    said = [(count, network.recognize(rasterize(strokes[:count]))) for count in counts]
    return [Step(count, one.label, one.confidence, one.recognized) for count, one in said]


def _affordable_steps(strokes: Strokes) -> int:
    """Return how many guesses are asked for: n of them draw (n + 1) / 2 times the points of the whole."""
    affordable = 2 * MAX_POINTS // sum(len(stroke[0]) for stroke in strokes) - 1
    return max(1, min(STEPS, affordable))


def stroke_times(strokes: Strokes) -> list[tuple[float, float]]:
    """Return when each stroke started and ended, in milliseconds from the start; made up where it is not known."""
    if all(len(stroke) == 3 for stroke in strokes):
        first = min(min(stroke[2]) for stroke in strokes)
        return [(min(stroke[2]) - first, max(stroke[2]) - first) for stroke in strokes]
    times, now = [], 0.0
    for stroke in strokes:
        took = max(PAUSE, _length(stroke) / PACE)
        times.append((now, now + took))
        now += took + PAUSE
    return times


def _length(stroke: list[list[float]]) -> float:
    points = zip(stroke[0], stroke[1], strict=True)
    return sum(dist(*ends) for ends in pairwise(points))

"""Pen strokes that are no drawing of anything, so that the network learns to be confident about nothing.

Training on outliers with a uniform target: Hendrycks et al. 2018, Deep Anomaly Detection with Outlier Exposure.
"""

from __future__ import annotations

import math

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from training.data.drawing_index import Pixels

MOST_STROKES = 8  # three in four drawings have 7 strokes or fewer
LEAST_POINTS = 12  # in all; with fewer it may well be a line, a corner, a circle
STEP = math.log(20.5), 0.8  # mean and deviation of a step's logarithm: median 20.5, 5 % under 5.4, 5 % over 77
TURN = math.log(0.46), 0.8  # of a turn's deviation, in radians: half of all turns are under 0.46


def scribbles(count: int, seed: int) -> Pixels:
    """Draw random scribbles: uint8 (count, 784), always the same for a seed.

    Strokes wander: each has a turn rate of its own, from long arcs and spirals to zigzag. Statistics are those of
    20,700 simplified Quick, Draw! drawings, 60 a class.
    """
    random = np.random.default_rng(seed)
    pictures = [rasterize(_strokes(random)).reshape(SIZE * SIZE) for _ in range(count)]
    return np.array(pictures, np.uint8).reshape(count, SIZE * SIZE)


def _strokes(random: np.random.Generator) -> Strokes:
    number = random.integers(1, MOST_STROKES + 1)
    fewest = math.ceil(LEAST_POINTS / number)
    return [_stroke(random, int(random.integers(fewest, fewest + 12))) for _ in range(number)]


def _stroke(random: np.random.Generator, points: int) -> list[list[float]]:
    steps = random.lognormal(*STEP, points)
    jitter = random.lognormal(*TURN)
    bend = random.normal(0, 0.3)  # radians a step, the same all along a stroke: arcs and spirals
    heading = random.uniform(0, math.tau) + np.cumsum(random.normal(bend, jitter, points))
    x = random.uniform(0, 256) + np.cumsum(steps * np.cos(heading))
    y = random.uniform(0, 256) + np.cumsum(steps * np.sin(heading))
    return [x.tolist(), y.tolist()]

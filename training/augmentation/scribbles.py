"""Random pen strokes that show nothing, as outliers to train on.

The network learns a uniform target for them: Hendrycks et al. 2018, Deep Anomaly Detection with Outlier Exposure.
"""

from __future__ import annotations

import math

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from training.data.drawing_index import Pixels

# Statistics of 20,700 simplified Quick, Draw! drawings, 60 a class. Coordinates are 0 to 255.
MAX_STROKES = 8  # three in four drawings have 7 strokes or fewer
MIN_POINTS = 12  # of a whole scribble; fewer may well look like a line, a corner or a circle
EXTRA_POINTS = 12  # a stroke has up to so many points more than the minimum
LOG_STEP_LENGTH = math.log(20.5), 0.8  # mean, std: the median step is 20.5; 5 % are under 5.4 and 5 % over 77
LOG_TURN_RADIANS = math.log(0.46), 0.8  # mean, std of a stroke's turn deviation: half of all turns are under 0.46
BEND_RADIANS = 0.3  # std of the constant turn per step, which makes arcs and spirals


def scribbles(count: int, seed: int) -> Pixels:
    """Draw random scribbles: uint8 (count, 784), always the same for a seed.

    Each stroke is a random walk with its own turn rate, from long arcs and spirals to zigzag.
    """
    random = np.random.default_rng(seed)
    bitmaps = [rasterize(_scribble(random)).reshape(SIZE * SIZE) for _ in range(count)]
    return np.array(bitmaps, np.uint8).reshape(count, SIZE * SIZE)


def _scribble(random: np.random.Generator) -> Strokes:
    strokes = random.integers(1, MAX_STROKES + 1)
    min_points = math.ceil(MIN_POINTS / strokes)
    return [_stroke(random, int(random.integers(min_points, min_points + EXTRA_POINTS))) for _ in range(strokes)]


def _stroke(random: np.random.Generator, points: int) -> list[list[float]]:
    steps = random.lognormal(*LOG_STEP_LENGTH, points)  # (points,)
    jitter = random.lognormal(*LOG_TURN_RADIANS)  # one for the whole stroke: smooth or shaky
    bend = random.normal(0, BEND_RADIANS)
    heading = random.uniform(0, math.tau) + np.cumsum(random.normal(bend, jitter, points))  # (points,), radians
    x = random.uniform(0, 256) + np.cumsum(steps * np.cos(heading))
    y = random.uniform(0, 256) + np.cumsum(steps * np.sin(heading))
    return [x.tolist(), y.tolist()]

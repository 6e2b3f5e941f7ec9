from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.imaging.rasterize import rasterize
from recognition.imaging.simplify import EPSILON, simplify
from recognition.imaging.strokes import Strokes
from tests.factories import strokes_of

SHIPPED = Path(__file__).parents[3] / "recognition/starter/samples.ndjson"
OFFICIAL = [json.loads(line)["drawing"] for line in SHIPPED.read_text().splitlines()]

numbers = st.floats(-1e6, 1e6, allow_nan=False)
points = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30)
drawings = st.lists(
    points.map(lambda stroke: [list(axis) for axis in zip(*stroke, strict=True)]), min_size=1, max_size=5
)


def as_drawn(strokes: Strokes, seed: int = 0) -> Strokes:
    """Draw simplified strokes again as a hand does on some screen: many points, elsewhere and larger."""
    random = np.random.default_rng(seed)
    drawn = []
    for x, y in strokes:
        stops = np.linspace(0, len(x) - 1, 1 + 8 * (len(x) - 1))
        axes = (
            np.interp(stops, range(len(axis)), axis) * 2.7 + 33 + random.normal(0, 0.3, len(stops)) for axis in (x, y)
        )
        drawn.append([[round(float(number), 2) for number in axis] for axis in axes])
    return drawn


@given(drawings)
def test_what_comes_out_are_whole_numbers_from_0_to_255_that_stay_as_they_are(strokes: Strokes) -> None:
    simple = simplify(strokes)
    assert len(simple) == len(strokes)
    for x, y in simple:
        assert len(x) == len(y) > 0
        assert all(type(number) is int and 0 <= number <= 255 for number in x + y)
    corner = [min(min(stroke[axis]) for stroke in simple) for axis in (0, 1)]
    assert max(corner) <= EPSILON + 1
    if corner == [0, 0] and max(max(stroke[axis]) for stroke in simple for axis in (0, 1)) == 255:
        assert simplify(simple) == simple  # type: ignore[arg-type]


def test_official_drawings_stay_as_they_are() -> None:
    whole = [strokes for strokes in OFFICIAL if max(max(axis) for stroke in strokes for axis in stroke) == 255]
    assert len(whole) > 50
    assert [simplify(strokes) for strokes in whole] == whole


@pytest.mark.parametrize("strokes", OFFICIAL[:20])
def test_a_drawing_made_of_many_points_looks_the_same_with_few(strokes: Strokes) -> None:
    drawn = as_drawn(strokes)
    simple = simplify(drawn)
    assert sum(len(x) for x, _ in simple) < sum(len(stroke[0]) for stroke in drawn) / 3
    difference = np.abs(rasterize(simple).astype(int) - rasterize(drawn)).mean()  # type: ignore[arg-type]
    assert difference < 4  # of 255; the width of a line is 16/304 of the picture


def test_times_are_dropped_and_a_dot_stays_one() -> None:
    assert simplify([[[5, 5, 5], [7, 7, 7], [0, 10, 20]]]) == [[[0], [0]]]


def test_simplifying_does_not_change_what_it_is_given() -> None:
    strokes = strokes_of("cat")
    before = json.dumps(strokes)
    simplify(strokes)
    assert json.dumps(strokes) == before


def test_a_stroke_made_to_take_long_keeps_its_shape() -> None:
    turns = np.arange(20_000) * 2.4
    narrowing = 1 - np.arange(20_000) / 20_000
    simple = simplify([[(np.cos(turns) * narrowing).tolist(), (np.sin(turns) * narrowing).tolist()]])
    assert 10_000 < len(simple[0][0]) < 20_000
    assert np.abs(rasterize(simple).astype(int) - 255).mean() < 120  # type: ignore[arg-type]  # as full as a disc


def test_the_longest_drawings_that_are_taken_are_simplified_too() -> None:
    spiral = np.linspace(0, 400, 20_000)
    strokes = [[(np.cos(spiral) * spiral).tolist(), (np.sin(spiral) * spiral).tolist()]]
    assert len(simplify(strokes)[0][0]) < 20_000
    scribble = np.random.default_rng(0).random((2, 20_000)) * 1e6
    assert len(simplify([scribble.tolist()])[0][0]) <= 20_000

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recognition.imaging.bitmap import Bitmap, is_blank_or_dot
from recognition.imaging.canvas import place_on_canvas, round_numbers, split_paths
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes, parse_strokes
from tests.parity import Parity

COORDINATES = st.floats(-1e6, 1e6) | st.integers(0, 255) | st.floats(-1, 1)


def stroke(numbers: st.SearchStrategy[float], most: int = 12) -> st.SearchStrategy[list[list[float]]]:
    points = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=most)
    return points.map(lambda pairs: [list(axis) for axis in zip(*pairs, strict=True)])


def drawings(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Strokes]:
    return st.lists(stroke(numbers), min_size=1, max_size=5)


def moved(strokes: Strokes, factor: float, dx: float, dy: float) -> Strokes:
    return [[[x * factor + dx for x in xs], [y * factor + dy for y in ys]] for xs, ys in strokes]


def difference(one: Bitmap, other: Bitmap) -> float:
    """Return the mean absolute difference of two bitmaps, in 1/255."""
    return float(np.abs(one.astype(int) - other).mean())


def test_the_official_bitmaps_come_out(parity: Parity) -> None:
    ours = np.stack([rasterize(strokes) for strokes in parity.strokes])
    assert difference(ours, parity.bitmaps) < 0.1


def test_rounding_changes_no_official_drawing(parity: Parity) -> None:
    assert [round_numbers(strokes) for strokes in parity.strokes] == parity.strokes


@given(drawings(COORDINATES))
def test_rounding_changes_hardly_a_pixel_in_any_unit(strokes: Strokes) -> None:
    before, after = rasterize(strokes), rasterize(round_numbers(strokes))

    assert difference(before, after) < 0.1


def test_an_official_drawing_that_lost_a_unit_in_simplifying_is_not_stretched(parity: Parity) -> None:
    index = next(i for i, strokes in enumerate(parity.strokes) if max(max(map(max, s)) for s in strokes) == 253)
    assert difference(rasterize(parity.strokes[index]), parity.bitmaps[index]) < 0.1


@pytest.mark.parametrize(
    ("strokes", "width", "height"),
    [
        ([[[0, 255], [0, 255]]], 25, 25),
        ([[[0, 255], [9, 9]]], 25, 2),
        ([[[-7, -7], [0, 1000]]], 2, 25),
        ([[[0, 10], [0, 5]]], 25, 14),
    ],
)
def test_a_line_fills_the_sheet_but_for_the_inset(strokes: Strokes, width: int, height: int) -> None:
    ink = rasterize(strokes) > 64
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == pytest.approx((width, height), abs=1)
    assert (columns[0], rows[0]) == pytest.approx((27 - columns[-1], 27 - rows[-1]), abs=1)  # centred


@pytest.mark.parametrize("strokes", [[[[5], [5]]], [[[5, 5], [5, 5]]], [[[1e6], [-1e6]]], [[[0, 1e-300], [0, 0]]]])
def test_a_drawing_without_extent_is_a_round_dot_in_the_middle(strokes: Strokes) -> None:
    bitmap = rasterize(strokes)
    assert is_blank_or_dot(bitmap)
    assert bitmap[12:16, 12:16].sum() == bitmap.sum() > 255
    assert np.array_equal(bitmap, bitmap.T)


def test_a_stroke_of_one_point_is_a_dot_beside_the_others() -> None:
    line: list[list[float]] = [[0, 100], [0, 0]]
    with_dot = rasterize([line, [[50], [60]]])
    assert with_dot.max(axis=1).nonzero()[0][-1] > 19
    assert with_dot[18:].sum() == pytest.approx(rasterize([[[50], [60]]]).sum(), rel=0.1)


def test_times_change_nothing() -> None:
    assert np.array_equal(rasterize([[[0, 9], [4, 0], [0, 17]]]), rasterize([[[0, 9], [4, 0]]]))


@given(drawings(COORDINATES))
@example([[[1e6, -1e6], [-1e6, 1e6]]])
@example([[[1e6, 999_999.99999], [0, 0]]])
@example([[[5e-324], [0]], [[0], [1e-6]]])
def test_whatever_parses_is_drawn(strokes: Strokes) -> None:
    bitmap = rasterize(parse_strokes(strokes))
    assert (bitmap.shape, bitmap.dtype) == ((28, 28), np.uint8)
    assert bitmap.any()


@given(drawings(st.integers(-100, 100)), st.floats(0.01, 1000), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_where_and_how_large_one_draws_makes_no_difference(
    strokes: Strokes, factor: float, dx: float, dy: float
) -> None:
    assert difference(rasterize(strokes), rasterize(moved(strokes, factor, dx, dy))) < 0.1


def test_a_long_stroke_looks_as_a_short_one_of_the_same_shape() -> None:
    angles = np.linspace(0, 2 * np.pi, 20_000)
    long, short = ([np.cos(turn).tolist(), np.sin(turn).tolist()] for turn in (angles, angles[::200]))
    assert difference(rasterize([long]), rasterize([short])) < 0.5


def test_as_many_points_as_are_allowed_are_drawn() -> None:
    noise = np.random.default_rng(0).uniform(0, 255, (2, 20_000)).tolist()
    assert rasterize([noise]).mean() > 200


def longest_path(strokes: Strokes) -> int:
    return max(len(path) for line in split_paths(place_on_canvas(strokes)) for path in line)


def test_what_is_too_much_at_once_is_drawn_in_short_lines_that_look_the_same() -> None:
    angles = np.linspace(0, 6, 250)
    rings: Strokes = [[(np.cos(angles) * size).tolist(), (np.sin(angles) * size).tolist()] for size in range(1, 10)]
    assert longest_path(rings) < 40 < longest_path(rings[:3])
    whole = np.maximum.reduce([rasterize([*rings[-1:], *rings[start : start + 4]]) for start in (0, 4)])
    assert difference(rasterize(rings), whole) < 5  # where rings touch, edges that are drawn twice are darker


def test_threads_do_not_disturb_each_other() -> None:
    drawn: list[Strokes] = [[[[0, 9, index], [0, index % 7, 3]]] for index in range(64)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(rasterize, drawn))
    assert all(np.array_equal(one, rasterize(strokes)) for one, strokes in zip(together, drawn, strict=True))


def test_a_process_that_has_drawn_can_fork_into_one_that_draws() -> None:
    strokes: Strokes = [[[0, 9], [4, 0]]]
    expected = rasterize(strokes)
    child = os.fork()
    if not child:
        os._exit(0 if np.array_equal(rasterize(strokes), expected) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

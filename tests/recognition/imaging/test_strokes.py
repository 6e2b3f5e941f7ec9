from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.imaging.strokes import MAX_POINTS, MAX_STROKES, InvalidStrokes, parse_strokes

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
)


def test_strokes_come_back_unchanged() -> None:
    strokes = [[[0, 1.5], [2, -3]], [[4], [5], [6]]]
    assert parse_strokes(strokes) == [[[0, 1.5], [2, -3]], [[4], [5], [6]]]


def test_times_may_run_backwards() -> None:
    assert parse_strokes([[[0, 1], [0, 1], [20, 10]]])


@pytest.mark.parametrize("times", [None, [], [None, None], [0, None]])
def test_times_that_are_not_all_known_are_dropped(times: object) -> None:
    known = [[2, 3], [2, 3], [0, 16]]

    assert parse_strokes([[[0, 1], [0, 1], times], known]) == [[[0, 1], [0, 1]], known]


@pytest.mark.parametrize("empty", [[], [[], []], [[], [], []], [[], [], None]])
def test_a_stroke_without_points_is_dropped(empty: object) -> None:
    assert parse_strokes([[[7], [7]], empty, [[8], [8]]]) == [[[7], [7]], [[8], [8]]]


def test_one_dot_is_a_drawing() -> None:
    assert parse_strokes([[[7], [7]]])


def test_as_much_as_is_allowed_is_taken() -> None:
    points = [0] * (MAX_POINTS // MAX_STROKES)
    assert parse_strokes([[points, points]] * MAX_STROKES)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (None, "strokes must be a list of strokes"),
        ({}, "strokes must be a list of strokes"),
        ("[]", "strokes must be a list of strokes"),
        ([], "strokes is empty"),
        ([7], r"strokes\[0\] must be \[\[x…\], \[y…\]\]"),
        ([[]], "strokes has no points: there is nothing drawn"),
        ([[[], []], [[], [], []]], "strokes has no points: there is nothing drawn"),
        ([[[1], [1]], [[], [], [1]]], r"strokes\[1\]: x has 0 numbers but t has 1"),
        ([[[1]]], r"strokes\[0\] must be"),
        ([[[1], [1], [1], [1]]], r"strokes\[0\] must be"),
        ([[[1], 1]], r"strokes\[0\]: y must be a list of numbers"),
        ([[[1], [1], 0]], r"strokes\[0\]: t must be a list of numbers"),
        ([[[1, 2], [1, 2], [1]]], r"strokes\[0\]: x has 2 numbers but t has 1"),
        ([[[1, 2], [1, 2], [None, "1"]]], r"strokes\[0\]: t\[1\] must be a number"),
        ([[[1], [1]], [[1, 2, 3], [1, 2]]], r"strokes\[1\]: x has 3 numbers but y has 2"),
        ([[[1, "2"], [1, 2]]], r"strokes\[0\]: x\[1\] must be a number"),
        ([[[1], [None]]], r"strokes\[0\]: y\[0\] must be a number"),
        ([[[True], [1]]], r"strokes\[0\]: x\[0\] must be a number"),
        ([[[[[[1]]]], [1]]], r"strokes\[0\]: x\[0\] must be a number"),
        ([[[math.nan], [1]]], r"strokes\[0\]: x\[0\] must be between -1,000,000 and 1,000,000"),
        ([[[1], [math.inf]]], r"strokes\[0\]: y\[0\] must be between"),
        ([[[1], [-math.inf]]], r"strokes\[0\]: y\[0\] must be between"),
        ([[[1], [1e6 + 1]]], r"strokes\[0\]: y\[0\] must be between"),
        ([[[-(10**400)], [1]]], r"strokes\[0\]: x\[0\] must be between"),
        ([[[1], [1], [math.nan]]], r"strokes\[0\]: t\[0\] must be between"),
        ([[[1], [1], [10**400]]], r"strokes\[0\]: t\[0\] must be between"),
        ([[[1], [1]]] * 401, "strokes has 401 strokes; at most 400 are allowed"),
        ([[[1] * 10_000, [1] * 10_000]] * 3, "strokes has 30,000 points; at most 20,000 are allowed"),
    ],
)
def test_bad_strokes_are_told_what_is_wrong_and_where(value: object, complaint: str) -> None:
    with pytest.raises(InvalidStrokes, match=complaint):
        parse_strokes(value)


def test_a_million_points_are_counted_before_any_of_them_is_looked_at() -> None:
    nonsense = ["no number"] * 1_000_000
    with pytest.raises(InvalidStrokes, match="1,000,000 points; at most 20,000"):
        parse_strokes([[nonsense, nonsense]])


@given(ANY_JSON | st.lists(st.lists(st.lists(ANY_JSON, max_size=3), min_size=2, max_size=3), max_size=3))
def test_whatever_json_comes_is_taken_or_refused(value: object) -> None:
    try:
        strokes = parse_strokes(value)
    except InvalidStrokes:
        return
    assert parse_strokes(json.loads(json.dumps(strokes, allow_nan=False))) == strokes

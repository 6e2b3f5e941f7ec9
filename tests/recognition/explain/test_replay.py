from __future__ import annotations

import pytest

from recognition.explain.replay import MAX_STEPS, progressive_predictions, stroke_times
from tests.factories import make_version, strokes_of

pytestmark = pytest.mark.django_db


def test_the_guess_is_told_stroke_by_stroke_and_ends_with_the_whole_drawing() -> None:
    make_version()
    strokes = strokes_of("cat")
    steps = progressive_predictions(strokes)
    assert [step.strokes for step in steps] == list(range(1, len(strokes) + 1))
    assert steps[-1].label == "cat"


def test_of_many_strokes_some_are_passed_over() -> None:
    make_version()
    steps = progressive_predictions(strokes_of("cat") * 20)
    assert len(steps) == MAX_STEPS
    assert steps[-1].strokes == 20 * len(strokes_of("cat"))


def test_of_a_scribble_of_thousands_of_points_fewer_steps_are_told() -> None:
    make_version()
    stroke: list[list[float]] = [list(range(500))] * 2
    told = [[step.strokes for step in progressive_predictions([stroke] * count)] for count in (8, 16, 40)]
    assert told == [[1, 2, 3, 4, 5, 6, 7, 8], [4, 8, 12, 16], [40]]


def test_without_a_network_there_are_no_guesses() -> None:
    assert progressive_predictions(strokes_of("cat")) == []


def test_strokes_are_drawn_when_they_were() -> None:
    timed = [[[0, 9], [0, 9], [1000, 1200]], [[5], [5], [1500]]]
    assert stroke_times(timed) == [(0, 200), (500, 500)]


def test_unknown_times_are_made_up_one_stroke_after_the_other() -> None:
    (first, end), (second, _) = stroke_times([[[0, 300], [0, 0]], [[0, 1], [0, 0]]])
    assert first == 0
    assert second > end > 300

"""What programs send as strokes: other formats, and good drawings with a little dirt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from recognition.models import Drawing, ModelVersion
from tests.factories import strokes_of

DRAWINGS = "/api/v1/drawings/"
CAT = strokes_of("cat")
TIMED = [[[0, 10, 20], [0, 5, 0], [0, 16, 33]]]


def stored(api: APIClient, body: dict[str, Any]) -> Any:
    response = api.post(DRAWINGS, body)
    assert response.status_code == 201, response.content
    return Drawing.objects.get().strokes


def complaint(api: APIClient, body: dict[str, Any], field: str = "strokes") -> str:
    response = api.post(DRAWINGS, json.dumps(body), content_type="application/json")  # NaN and Infinity pass
    assert response.status_code == 400
    assert list(response.json()) == [field]
    assert not Drawing.objects.exists()
    return str(response.json()[field][0])


def objects(strokes: Any) -> list[Any]:
    return [[dict(zip("xyt", point, strict=False)) for point in zip(*stroke, strict=True)] for stroke in strokes]


def lists(strokes: Any) -> list[Any]:
    return [[list(point) for point in zip(*stroke, strict=True)] for stroke in strokes]


def steps(strokes: Any) -> list[list[float]]:
    """Return strokes in sketch-rnn's format."""
    rows = []
    at = (0.0, 0.0)
    for x, y in strokes:
        for index, point in enumerate(zip(x, y, strict=True), start=1):
            rows.append([point[0] - at[0], point[1] - at[1], int(index == len(x))])
            at = point
    return rows


@pytest.mark.parametrize(
    "body",
    [
        {"strokes": CAT, "format": "quickdraw"},
        {"strokes": CAT, "format": None},
        {"strokes": objects(CAT), "format": "points"},
        {"strokes": lists(CAT), "format": "points"},
        {"strokes": [{"penColor": "black", "points": points} for points in objects(CAT)], "format": "points"},
        {"strokes": steps(CAT), "format": "stroke-3"},
        {"strokes": [*steps(CAT)[:-1], [*steps(CAT)[-1][:2], 0]], "format": "stroke-3"},
        {"strokes": [[dx, dy, float(pen_up)] for dx, dy, pen_up in steps(CAT)], "format": "stroke-3"},
    ],
)
def test_every_format_is_stored_as_quick_draws(api: APIClient, version: ModelVersion, body: dict[str, Any]) -> None:
    assert stored(api, body) == CAT


@pytest.mark.parametrize(
    "points",
    [
        objects(TIMED),
        lists(TIMED),
        [{"points": [{"x": x, "y": y, "time": t, "pressure": 0} for x, y, t in lists(TIMED)[0]]}],
    ],
)
def test_points_keep_their_times(api: APIClient, points: Any) -> None:
    assert stored(api, {"strokes": points, "format": "points"}) == TIMED


def test_other_keys_of_points_are_ignored(api: APIClient) -> None:
    points = [[{"x": 0, "y": 9, "t": None, "pressure": 0.5, "color": "red"}, {"x": 9, "y": 0}]]

    assert stored(api, {"strokes": points, "format": "points"}) == [[[0, 9], [9, 0]]]


@pytest.mark.parametrize(("empty", "name"), [([[], []], "quickdraw"), ([], "points")])
def test_a_stroke_without_points_is_dropped_with_its_pen(api: APIClient, empty: Any, name: str) -> None:
    dot = [[5], [5]] if name == "quickdraw" else [[5, 5]]
    pens = [["red", "thin"], ["blue", "thick"], ["green", "thin"]]

    assert stored(api, {"strokes": [dot, empty, dot], "pens": pens, "format": name}) == [[[5], [5]]] * 2
    assert Drawing.objects.get().pens == [["red", "thin"], ["green", "thin"]]


@pytest.mark.parametrize("path", ["guesses", "explanations"])
def test_guesses_and_explanations_take_every_format(api: APIClient, version: ModelVersion, path: str) -> None:
    for name, strokes in ("points", objects(CAT)), ("stroke-3", steps(CAT)), ("quickdraw", [*CAT, [[], []]]):
        drawing = {"strokes": strokes, "format": name}
        answer = api.post(f"/api/v1/{path}/", {"drawings": [drawing]} if path == "guesses" else drawing).json()
        guess = answer["guesses"][0] if path == "guesses" else answer["guess"]

        assert guess["label"] == "cat"


@pytest.mark.parametrize(
    ("strokes", "name", "words"),
    [
        ([], "points", "strokes is empty"),
        ([[], []], "points", "no points"),
        ({"x": 1, "y": 2}, "points", "must be a list"),
        ([{"x": 1, "y": 2}], "points", "strokes[0] must be a list of points"),
        ([[{"x": 1}]], "points", "strokes[0][0] must be a point"),
        ([[[1, 2, 3, 4]]], "points", "strokes[0][0] must be a point"),
        ([[[1, 2], 5]], "points", "strokes[0][1] must be a point"),
        ([[{"x": "1", "y": 2}]], "points", "x[0] must be a number"),
        ([[[1, None]]], "points", "y[0] must be a number"),
        ([[[1, float("nan")]]], "points", "between"),
        ([[[1, 2]] * 20_001], "points", "20,001 points"),
        ([], "stroke-3", "strokes is empty"),
        ("1 2 3", "stroke-3", "must be a list: [[dx, dy, pen_up], …]"),
        ([[1, 2, 0], [1, 2, 2]], "stroke-3", "strokes[1] must be [dx, dy, pen_up]"),
        ([[1, 2, None]], "stroke-3", "strokes[0] must be"),
        ([[1, 2]], "stroke-3", "strokes[0] must be"),
        ([[1, 2, 1, 0, 0]], "stroke-3", "strokes[0] must be"),
        ([["1", 2, 1]], "stroke-3", "strokes[0] must be"),
        ([[True, 2, 1]], "stroke-3", "strokes[0] must be"),
        ([[float("inf"), 2, 1]], "stroke-3", "strokes[0] must be"),
        ([[10**400, 2, 1]], "stroke-3", "strokes[0] must be"),
        ([[600_000, 0, 0], [600_000, 0, 1]], "stroke-3", "between -1,000,000 and 1,000,000"),
        ([[1, 1, 1]] * 401, "stroke-3", "401 strokes"),
        (CAT, "stroke-3", "strokes[0] must be"),
    ],
)
def test_what_is_not_in_its_format_is_refused(api: APIClient, strokes: object, name: str, words: str) -> None:
    assert words in complaint(api, {"strokes": strokes, "format": name})


@pytest.mark.parametrize(
    ("name", "words"),
    [("point", "Did you mean points?"), ("Stroke3", "Did you mean stroke-3?"), ("svg", "stroke-3."), (3, "stroke-3.")],
)
def test_an_unknown_format_is_refused(api: APIClient, name: object, words: str) -> None:
    message = complaint(api, {"strokes": CAT, "format": name}, "format")

    assert message.startswith("format must be quickdraw, points or stroke-3.")
    assert message.endswith(words)


@pytest.mark.parametrize("points", [lists(CAT), lists(TIMED * 2 + [[[1, 2, 3, 4]] * 3])])
def test_a_stroke_of_four_points_asks_for_the_format(api: APIClient, points: Any) -> None:
    assert complaint(api, {"strokes": points}).endswith("Did you mean format=points?")


@pytest.mark.parametrize(
    "strokes", [[[[1, 2], [3, 4], [5, 6]], [[7], [8, 9]]], [[[1], [2], [3], [4]]], [[1, 2, 0]] * 4]
)
def test_what_could_be_in_either_format_does_not(api: APIClient, strokes: Any) -> None:
    assert "format" not in complaint(api, {"strokes": strokes})


def test_two_points_are_read_as_quick_draws_format_without_another(api: APIClient) -> None:
    assert stored(api, {"strokes": [[[1, 2], [3, 4]]]}) == [[[1, 2], [3, 4]]]


def test_objects_are_told_their_format(api: APIClient) -> None:
    assert complaint(api, {"strokes": objects(CAT)}).endswith("Points as {x, y} need format=points.")


def test_the_points_of_all_formats_are_counted_together(api: APIClient, version: ModelVersion) -> None:
    drawings = [
        {"strokes": [[[0, 1]] * 7_000], "format": "points"},
        {"strokes": [[0, 1, 0]] * 7_000, "format": "stroke-3"},
        {"strokes": [[[0] * 7_000] * 2]},
    ]
    response = api.post("/api/v1/guesses/", {"drawings": drawings})

    assert response.status_code == 400
    assert "21,000 points together" in response.content.decode()


def test_the_format_is_a_field_and_no_parameter_of_the_address(api: APIClient) -> None:
    response = api.post(f"{DRAWINGS}?format=stroke-3", {"strokes": lists(CAT), "format": "points"})

    assert response.status_code == 201
    assert response.headers["Content-Type"] == "application/json"

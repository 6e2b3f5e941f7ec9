from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing, Feedback, Prediction
from tests.factories import make_class, make_drawing, make_prediction, make_version, strokes_of
from tests.recognition.api.conftest import with_cookie

DRAWINGS = "/api/v1/drawings/"


def found(client: APIClient, query: str = "") -> list[str]:
    response = client.get(DRAWINGS + query)
    assert response.status_code == 200, response.json()
    return [drawing["id"] for drawing in response.json()["results"]]


def test_the_public_sees_accepted_drawings_newest_first(api: APIClient) -> None:
    older, newer = make_drawing(label="cat"), make_drawing(label="house")

    assert found(api) == [str(newer.pk), str(older.pk)]


@pytest.mark.parametrize("status", ["unlabelled", "proposed", "rejected"])
def test_nobody_sees_drawings_that_are_not_accepted(api: APIClient, staff: APIClient, status: str) -> None:
    make_drawing(status=status)

    assert found(api) == []
    assert found(staff) == []


def test_contributors_see_their_own_whatever_the_status(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    mine = make_drawing(contributor=contributor)
    make_drawing(label="cat")

    assert found(browser, "?mine=true") == [str(mine.pk)]


def test_programs_see_the_drawings_of_their_user(program: Callable[..., APIClient]) -> None:
    robot = program("recognize", "read")
    answer = robot.post(DRAWINGS, {"strokes": strokes_of("cat")}).json()

    assert found(robot, "?mine=true") == [answer["id"]]


def test_whoever_is_unknown_has_drawn_nothing(api: APIClient) -> None:
    make_drawing(label="cat")

    assert found(api, "?mine=true") == []


@pytest.fixture
def gallery(db: None) -> dict[str, str]:
    """A cat taken for a cat, and a house taken for a house that somebody calls a cat: the ids."""
    version = make_version()
    right, wrong = make_drawing("cat", label="cat"), make_drawing("house", label="cat", source=Drawing.Source.GAME)
    make_prediction(right, version)
    make_prediction(wrong, make_version())
    make_drawing("cat", label="house")  # nobody predicted anything
    return {"right": str(right.pk), "wrong": str(wrong.pk)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?label=cat", {"right", "wrong"}),
        ("?predicted=house", {"wrong"}),
        ("?correct=true", {"right"}),
        ("?correct=false", {"wrong"}),
        ("?model_version=1", {"right"}),
        ("?model_version=2&correct=true", set()),
        ("?source=game", {"wrong"}),
        ("?label=cat&predicted=cat", {"right"}),
        ("?label=giraffe", set()),
        ("?model_version=2147483647", set()),
    ],
)
def test_filters_find_the_drawings(api: APIClient, gallery: dict[str, str], query: str, expected: set[str]) -> None:
    assert set(found(api, query)) == {gallery[name] for name in expected}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?correct=perhaps", "correct"),
        ("?model_version=0", "model_version"),
        ("?model_version=99999999999999999999", "model_version"),
        ("?model_version=two", "model_version"),
        ("?source=moon", "source"),
        ("?mine=7", "mine"),
        ("?label=%00", "label"),
        ("?predicted=%00", "predicted"),
    ],
)
def test_bad_filters_are_refused(api: APIClient, query: str, field: str) -> None:
    response = api.get(DRAWINGS + query)

    assert response.status_code == 400
    assert list(response.json()) == [field]


@pytest.mark.parametrize("cursor", ["x", "cD1ub25zZW5zZQ==", "bz0tMQ==", "cD0A"])
def test_a_made_up_cursor_is_refused(api: APIClient, cursor: str) -> None:
    assert api.get(f"{DRAWINGS}?cursor={cursor}").status_code in (400, 404)


def test_pages_lead_through_all_drawings(api: APIClient) -> None:
    drawings = [make_drawing(label="cat") for _ in range(51)]

    first = api.get(DRAWINGS).json()
    second = api.get(first["next"]).json()

    listed = [drawing["id"] for drawing in first["results"] + second["results"]]
    assert sorted(listed) == sorted(str(drawing.pk) for drawing in drawings)
    assert second["next"] is None


def test_the_list_takes_two_queries_however_long_it_is(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    versions = [make_version(), make_version()]
    for _ in range(5):
        drawing = make_drawing(label="cat", prompt=make_class("cat"))
        for version in versions:
            make_prediction(drawing, version)

    with django_assert_num_queries(2) as queries:
        assert len(found(api)) == 5

    sql = " ".join(query["sql"] for query in queries.captured_queries)
    assert not any(heavy in sql for heavy in ('"artifact"', '"bitmap"', '"strokes"', '"labels"', '"metrics"'))


def test_a_drawing_is_public_to_whoever_knows_its_id(api: APIClient) -> None:
    drawing = make_drawing("cat", prompt=make_class("cat"))

    shown = api.get(f"{DRAWINGS}{drawing.pk}/").json()

    assert shown["strokes"] == strokes_of("cat")
    assert (shown["prompt"], shown["label"], shown["status"]) == ("cat", None, "unlabelled")


def test_a_drawing_is_shown_with_what_was_said_when_it_came(api: APIClient) -> None:
    drawing = make_drawing("cat")
    make_prediction(drawing, make_version())
    make_prediction(drawing, make_version())

    assert api.get(f"{DRAWINGS}{drawing.pk}/").json()["prediction"]["model_version"] == 1


def test_nothing_shown_names_the_contributor(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    drawing = make_drawing(contributor=contributor, label="cat")
    Feedback.objects.create(drawing=drawing, contributor=contributor, correct=True)

    for address in ("", "?mine=true", f"{drawing.pk}/", f"{drawing.pk}/drawing.svg"):
        assert str(contributor.pk) not in browser.get(DRAWINGS + address).content.decode()


def test_the_pictures_of_a_drawing(api: APIClient) -> None:
    drawing = make_drawing("cat")

    bitmap = api.get(f"{DRAWINGS}{drawing.pk}/bitmap.png")
    svg = api.get(f"{DRAWINGS}{drawing.pk}/drawing.svg")

    assert bitmap.content.startswith(b"\x89PNG")
    assert svg.content.startswith(b"<svg")
    assert "private" in bitmap.headers["Cache-Control"]


def test_pictures_come_whatever_the_client_says_it_accepts(api: APIClient) -> None:
    drawing = make_drawing("cat")

    assert api.get(f"{DRAWINGS}{drawing.pk}/bitmap.png", headers={"Accept": "image/png"}).status_code == 200


def test_a_drawing_that_came_as_an_image_has_an_svg_too(api: APIClient) -> None:
    drawing = make_drawing("cat", strokes=None)

    assert api.get(f"{DRAWINGS}{drawing.pk}/drawing.svg").content.startswith(b"<svg")


@pytest.mark.parametrize("rest", ["", "bitmap.png", "drawing.svg"])
def test_a_drawing_that_does_not_exist_is_not_found(api: APIClient, rest: str) -> None:
    response = api.get(f"{DRAWINGS}{uuid.uuid4()}/{rest}")

    assert response.status_code == 404
    assert "detail" in response.json()


@pytest.mark.parametrize("address", ["nonsense/", "1/", "..%2f", "%00/"])
def test_an_address_that_is_none_is_answered_in_json(api: APIClient, address: str) -> None:
    response = api.get(DRAWINGS + address)

    assert response.status_code == 404
    assert "detail" in response.json()


def test_who_drew_it_deletes_it_with_all_that_was_said(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    drawing = make_drawing(contributor=contributor)
    make_prediction(drawing, make_version())

    assert browser.delete(f"{DRAWINGS}{drawing.pk}/").status_code == 204
    assert not Drawing.objects.exists()
    assert not Prediction.objects.exists()


def test_staff_deletes_any_drawing(staff: APIClient) -> None:
    assert staff.delete(f"{DRAWINGS}{make_drawing().pk}/").status_code == 204


def test_nobody_else_deletes_it(api: APIClient, program: Callable[..., APIClient]) -> None:
    drawing = make_drawing()
    strangers: list[Any] = [api, with_cookie(APIClient(), Contributor()), program("recognize", "read", "label")]

    assert [client.delete(f"{DRAWINGS}{drawing.pk}/").status_code for client in strangers] == [403] * 3
    assert Drawing.objects.exists()

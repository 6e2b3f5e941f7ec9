from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing
from tests.factories import make_class, make_drawing, make_prediction, make_version, strokes_of

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
        ("?label=CAT&predicted=House", {"wrong"}),
        ("?model_version=2147483647", set()),
    ],
)
def test_filters_find_the_drawings(api: APIClient, gallery: dict[str, str], query: str, expected: set[str]) -> None:
    assert set(found(api, query)) == {gallery[name] for name in expected}


@pytest.mark.parametrize("field", ["label", "predicted"])
def test_an_unknown_word_is_answered_with_the_most_similar(api: APIClient, gallery: dict[str, str], field: str) -> None:
    response = api.get(f"{DRAWINGS}?{field}=huose")

    assert response.status_code == 400
    assert response.json() == {field: ["There is no class “huose”. Did you mean “house”?"]}


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


@pytest.mark.parametrize("path", ["drawings", "classes", "model-versions", "training-runs"])
@pytest.mark.parametrize(
    "says",
    [
        "p=nonsense",
        "p=",
        "p=\0",
        "p=%ED%A0%80",
        "p=1e999",
        "p=0001-01-01T00%3A00%3A00%2B23%3A59",
        "p=9999-12-31T23%3A59%3A59-23%3A59",
        f"p={'9' * 5000}",
        f"o={'9' * 30}",
        "o=-1",
    ],
)
def test_a_made_up_cursor_leads_nowhere(staff: APIClient, says: str, path: str) -> None:
    make_version()
    make_drawing("cat", label="cat")
    answer = staff.get(f"/api/v1/{path}/", {"cursor": b64encode(says.encode()).decode()})

    assert answer.status_code in (200, 404)  # every name comes after “nonsense”, or before it


def test_what_is_no_cursor_at_all_is_refused(api: APIClient) -> None:
    assert api.get(f"{DRAWINGS}?cursor=x").status_code == 404


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

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from recognition.models import Drawing, Exhibit
from recognition.moderation import moderate, update_exhibit
from recognition.pages.gallery.views import PAGE_SIZE
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db


def show(word: str = "cat", *, minutes_ago: int = 0, **fields: object) -> Drawing:
    """Put a drawing into the gallery; it is a cat unless something else is said."""
    drawing = make_drawing("cat", label=word, **fields)
    Drawing.objects.filter(pk=drawing.pk).update(created_at=timezone.now() - timedelta(minutes=minutes_ago))
    drawing.refresh_from_db()
    update_exhibit(drawing)
    return drawing


def shown(client: Client, query: str = "") -> list[str]:
    """Return the ids of the drawings on a page, in order."""
    return re.findall(r'href="/drawings/([0-9a-f-]{36})/"', html(client, query))


def html(client: Client, query: str = "") -> str:
    response = client.get(f"/gallery/{query}")
    assert response.status_code == 200
    return response.content.decode()


def ids(*drawings: Drawing) -> list[str]:
    return [str(drawing.pk) for drawing in drawings]


def test_accepted_drawings_are_shown_newest_first(client: Client) -> None:
    older, newer = show(minutes_ago=2), show(minutes_ago=1)
    make_drawing("cat")
    assert shown(client) == ids(newer, older)


def test_older_drawings_are_a_link_away_and_none_is_left_out_or_repeated(client: Client) -> None:
    drawings = [show(minutes_ago=minutes // 3) for minutes in range(PAGE_SIZE + 5)]  # some at the very same moment
    first = html(client)
    older = re.search(r'href="(\?[^"]*)" rel="next"', first)
    assert older
    found = [*shown(client), *shown(client, older[1].replace("&amp;", "&"))]
    assert sorted(found) == sorted(ids(*drawings))


def test_the_filters_are_in_the_address_and_stay_there_on_older_pages(client: Client) -> None:
    for _ in range(PAGE_SIZE + 1):
        show("dog")
    show("cat")
    assert re.search(r'href="\?label=dog&amp;before=[^"]*" rel="next"', html(client, "?label=dog"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?label=cat", "right"),
        ("?label=dog", "wrong"),
        ("?guess=cat", "right wrong"),
        ("?guess=dog", ""),
        ("?right=yes", "right"),
        ("?right=no", "wrong"),
        ("?sure=4", "right wrong"),
        ("?sure=0", ""),
        ("?version=1", "right wrong"),
        ("?version=2", ""),
        ("?source=game", "wrong"),
        ("?label=dog&right=no&sure=4&source=game", "wrong"),
        ("?mine=on", ""),
    ],
)
def test_filters(client: Client, query: str, found: str) -> None:
    version = make_version()
    drawings = {
        "right": make_drawing("cat", label="cat"),
        "wrong": make_drawing("cat", label="dog", source=Drawing.Source.GAME),
    }
    for drawing in drawings.values():
        make_prediction(drawing, version)
    assert sorted(shown(client, query)) == sorted(ids(*(drawings[name] for name in found.split())))


def test_mine_are_those_of_my_cookie(client: Client) -> None:
    client.get("/")
    show()
    response = client.post("/api/v1/drawings/", {"strokes": [[[0, 9], [0, 9]]]}, "application/json")
    token = response.json()["feedback_token"]
    make_class("cat")
    said = {"correct": False, "label": "cat", "feedback_token": token}
    client.put(f"{response.json()['url']}feedback/", said, "application/json")
    assert shown(client, "?mine=on") == [response.json()["id"]]


def test_a_hidden_drawing_is_not_shown(client: Client) -> None:
    moderate(show(), Drawing.Moderation.HIDDEN)
    assert shown(client) == []


def test_an_empty_gallery_invites_to_draw(client: Client) -> None:
    assert "Be the first" in html(client)


def test_filters_that_find_nothing_say_so(client: Client) -> None:
    make_class("cat")
    assert "Nothing here matches" in html(client, "?label=cat")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("?label=nonsense", "There is no class “nonsense”."),
        ("?sure=9", "9 is not one of the available choices"),
        ("?version=none", "Enter a whole number"),
        ("?before=yesterday", "start again from the newest"),
        ("?before=2026-01-01T00:00:00~not-an-id", "start again from the newest"),
        ("?before=2026-01-01T00:00:00~6a3b1c1e-0000-4000-8000-000000000000", "start again from the newest"),
    ],
)
def test_an_address_that_makes_no_sense_is_told_why(client: Client, query: str, error: str) -> None:
    show()
    page = html(client, query)
    assert error in page
    assert shown(client, query) == []


def test_a_page_takes_the_same_few_queries_however_much_is_shown(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        show()
    with django_assert_num_queries(2):
        html(client)


def test_drawings_of_the_very_same_moment_are_neither_left_out_nor_repeated(client: Client) -> None:
    drawings = [show() for _ in range(PAGE_SIZE + 5)]
    moment = timezone.now()
    Drawing.objects.update(created_at=moment)
    Exhibit.objects.update(drawn_at=moment)
    older = re.search(r'href="(\?[^"]*)" rel="next"', html(client))
    assert older
    found = [*shown(client), *shown(client, older[1].replace("&amp;", "&"))]
    assert sorted(found) == sorted(ids(*drawings))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "nonsense", "2026-01-01"])
@pytest.mark.parametrize("path", ["/gallery/", "/mine/"])
def test_an_address_of_a_moment_that_no_calendar_has_is_told_to_be_damaged(
    client: Client, db: None, moment: str, path: str
) -> None:
    page = client.get(path, {"before": f"{moment}~{uuid4()}"})
    assert page.status_code in (200, 404)


def test_the_page_stays_small_with_345_classes_to_choose_from(client: Client) -> None:
    for number in range(345):
        make_class(f"class number {number}")

    answer = client.get("/gallery/", headers={"accept-encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 10_000


def test_the_gallery_says_when_nobody_checks_it(client: Client, settings: Settings) -> None:
    assert "Nobody checks them first" in client.get("/gallery/").content.decode()
    settings.GALLERY_MODERATED = True
    assert "Nobody checks them first" not in client.get("/gallery/").content.decode()

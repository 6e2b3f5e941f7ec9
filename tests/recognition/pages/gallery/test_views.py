from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from recognition import sample_drawings
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


def shown(client: Client, query: str = "", status: int = 200) -> list[str]:
    """Return the ids of the drawings on a page, in order."""
    return re.findall(r'href="/drawings/([0-9a-f-]{36})/"', html(client, query, status))


def html(client: Client, query: str = "", status: int = 200) -> str:
    response = client.get(f"/gallery/{query}")
    assert response.status_code == status
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


def test_a_word_is_found_in_any_case(client: Client) -> None:
    cat = show()
    assert shown(client, "?label=CAT") == ids(cat)


def test_an_unknown_word_gets_the_words_most_like_it(client: Client) -> None:
    show("sandwich")
    page = html(client, "?label=sandwhich&right=no", 400)
    assert "“sandwhich” is not one of the words here." in page
    assert 'href="?label=sandwich&amp;right=no">sandwich</a>' in page
    assert 'class="trouble"' not in page
    assert shown(client, "?label=sandwhich", 400) == []


def test_an_unknown_guess_gets_the_words_most_like_it(client: Client) -> None:
    show("sandwich")
    page = html(client, "?guess=sandwhich", 400)
    assert "“sandwhich” is not one of the words here." in page
    assert 'href="?guess=sandwich">sandwich</a>' in page


def test_a_guess_is_found_in_any_case(client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, make_version())
    assert shown(client, "?guess=CAT") == ids(drawing)


def test_a_word_like_no_other_gets_no_suggestions(client: Client) -> None:
    show()
    page = html(client, "?label=xyz", 400)
    assert "is not one of the words" in page
    assert "Did you mean" not in page


def test_each_filter_is_a_chip_that_removes_it_alone(client: Client) -> None:
    make_class("cat")
    make_class("dog")
    page = html(client, "?label=cat&guess=dog&right=no&sure=4&source=game&version=2&mine=on")
    chips = re.findall(r'href="\?([^"]*)"><span class="sr-only">Remove the filter </span>(.*?) <span', page)
    texts = ["cat", "taken for dog", "wrong", "80–100 % sure", "game", "version 2", "only mine"]
    assert [text for _, text in chips] == texts
    filters = ["label=cat", "guess=dog", "right=no", "sure=4", "source=game", "version=2", "mine=on"]
    for (address, _), removed in zip(chips, filters, strict=True):
        assert sorted([*address.split("&amp;"), removed]) == sorted(filters)


def test_the_last_filter_leads_to_the_whole_gallery(client: Client) -> None:
    make_class("cat")
    assert '<a class="chip chip--set" href="/gallery/">' in html(client, "?label=cat")


def test_only_what_is_set_is_in_the_address(client: Client) -> None:
    answer = client.get("/gallery/?label=cat&guess=&right=&sure=&source=&version=&sort=")
    assert answer.headers["Location"] == "?label=cat"
    assert client.get("/gallery/?label=&right=").headers["Location"] == "/gallery/"


SORTED = {"": "newest middle oldest", "oldest": "oldest middle newest", "surest": "middle oldest newest"}
SORTED["unsure"] = "newest oldest middle"


@pytest.fixture
def sorted_drawings() -> dict[str, str]:
    """Three drawings of different age and confidence, and the name of each by its id."""
    names = {}
    for minutes, (name, confidence) in enumerate({"newest": 0.2, "middle": 0.9, "oldest": 0.5}.items()):
        drawing = show(minutes_ago=minutes)
        Exhibit.objects.filter(drawing=drawing).update(confidence=confidence)
        names[str(drawing.pk)] = name
    return names


@pytest.mark.parametrize("sort", SORTED)
def test_drawings_are_sorted_by_age_or_confidence(client: Client, sorted_drawings: dict[str, str], sort: str) -> None:
    assert [sorted_drawings[pk] for pk in shown(client, f"?sort={sort}" if sort else "")] == SORTED[sort].split()


@pytest.mark.parametrize("sort", SORTED)
def test_every_order_leads_through_all_drawings_once(client: Client, sort: str) -> None:
    drawings = [show(minutes_ago=minutes // 3) for minutes in range(PAGE_SIZE + 5)]
    for number, drawing in enumerate(drawings):
        Exhibit.objects.filter(drawing=drawing).update(confidence=number // 4 / 10)
    query = f"?sort={sort}" if sort else ""
    further = re.search(r'href="(\?[^"]*)" rel="next"', html(client, query))
    assert further
    found = [*shown(client, query), *shown(client, further[1].replace("&amp;", "&"))]
    assert len(found) == len(drawings)
    assert set(found) == set(ids(*drawings))


def test_confidence_comes_from_the_first_guess(client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    guess = make_prediction(drawing, make_version())
    show()  # of which nothing was said
    assert shown(client, "?sort=surest") == ids(drawing)
    assert Exhibit.objects.get(drawing=drawing).confidence == guess.confidence


@pytest.mark.parametrize("filters", ["source=game", "version=1", "sure=4"])
def test_what_no_index_sorts_by_confidence_is_sorted_by_age(client: Client, filters: str) -> None:
    assert client.get(f"/gallery/?{filters}&sort=unsure").headers["Location"] == f"?{filters}"
    page = html(client, f"?{filters}")
    assert "Oldest" in page
    assert "Least sure" not in page


@pytest.mark.parametrize("query", ["", "label=cat", "right=no", "label=cat&right=no"])
@pytest.mark.parametrize("sort", SORTED)
def test_an_index_sorts(client: Client, query: str, sort: str) -> None:
    make_class("cat")
    with CaptureQueriesContext(connection) as queries:
        html(client, "?" + "&".join(filter(None, [query, sort and f"sort={sort}"])))
    (page,) = [query["sql"] for query in queries if "ORDER BY" in query["sql"] and "exhibit" in query["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which reads and sorts a table as small as this one
            cursor.execute("; ".join(f"SET LOCAL enable_{way} = off" for way in ("seqscan", "bitmapscan", "sort")))
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{page}")
        plan = str(cursor.fetchall())
    assert re.search(r"(?i)index (scan (backward )?using )?exhibit_", plan)
    assert "TEMP B-TREE" not in plan
    assert "Sort Key" not in plan


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
        ("?sort=none", "none is not one of the available choices"),
        (
            "?sort=surest&before=2026-01-01~6a3b1c1e-0000-4000-8000-000000000000",
            "start again from the newest",
        ),
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
    with django_assert_num_queries(3):
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


def test_samples_are_explained_once_and_marked_outside_of_the_picture(client: Client) -> None:
    added = sample_drawings.add()
    page = html(client)
    assert page.count("Samples were drawn for") == 1
    marked = re.findall(r'exhibit__words">(?:(?!</a>).)*">sample</span>', page, re.DOTALL)
    assert len(marked) == min(added, PAGE_SIZE)


def test_a_site_without_samples_does_not_explain_them(client: Client) -> None:
    show()
    assert "Samples were" not in html(client)


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

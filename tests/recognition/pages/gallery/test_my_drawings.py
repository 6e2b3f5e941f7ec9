from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recognition.accounts.identity import COOKIE
from recognition.models import Contributor, Drawing
from recognition.pages.gallery.views import PAGE_SIZE
from tests.factories import make_drawing, strokes_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client: Client) -> Contributor:
    """Whoever has drawn one cat in this browser."""
    client.get("/")
    client.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}, "application/json")
    return Contributor.objects.get()


def shown(client: Client, query: str = "") -> list[str]:
    return re.findall(r'href="/drawings/([0-9a-f-]{36})/"', client.get(f"/mine/{query}").content.decode())


def test_all_of_mine_is_shown_named_or_not_and_nobody_elses(client: Client, me: Contributor) -> None:
    make_drawing("cat", label="cat")
    named = make_drawing("cat", label="cat", contributor=me)
    assert shown(client)[0] == str(named.pk)
    assert len(shown(client)) == 2


def test_older_ones_are_a_link_away(client: Client, me: Contributor) -> None:
    for _ in range(PAGE_SIZE):
        make_drawing("cat", contributor=me)
    first = client.get("/mine/").content.decode()
    older = re.search(r'href="(\?before=[^"]*)"', first)
    assert older
    assert len(set(shown(client) + shown(client, older[1]))) == PAGE_SIZE + 1


def test_a_damaged_address_is_not_found(client: Client) -> None:
    assert client.get("/mine/?before=nonsense").status_code == 404


def test_they_are_downloaded_as_quick_draw_has_them(client: Client, me: Contributor) -> None:
    make_drawing("house", label="house", contributor=me)
    make_drawing("house", strokes=None, contributor=me)
    answer = client.get("/mine/drawings.ndjson")
    lines = [json.loads(line) for line in b"".join(answer).decode().splitlines()]  # type: ignore[arg-type]
    assert [(line["word"], line["drawing"]) for line in lines] == [
        ("house", strokes_of("house")),
        (None, strokes_of("cat")),
    ]


def test_everything_is_offered_for_download(client: Client, me: Contributor) -> None:
    assert 'href="/api/v1/me/" download' in client.get("/mine/").content.decode()
    everything = client.get("/api/v1/me/")
    assert everything.headers["Content-Disposition"] == 'attachment; filename="all-of-me.json"'
    assert json.loads(b"".join(everything))["id"] == str(me.pk)  # type: ignore[arg-type]


def test_everything_is_deleted_at_once(client: Client, me: Contributor) -> None:
    others = make_drawing("cat")
    answer = client.post("/mine/forget/")
    assert "deleted" in answer.content.decode()
    assert list(Drawing.objects.all()) == [others]
    assert client.cookies[COOKIE].value == ""


def test_a_stranger_has_nothing_and_is_not_stored(client: Client) -> None:
    assert "You have not drawn anything yet" in client.get("/mine/").content.decode()
    assert client.post("/mine/forget/").status_code == 200
    assert not Contributor.objects.exists()


def test_it_takes_the_same_few_queries_however_many_there_are(
    client: Client, me: Contributor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        make_drawing("cat", contributor=me)
    with django_assert_num_queries(2):
        client.get("/mine/")

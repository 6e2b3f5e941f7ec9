from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from recognition import sample_drawings
from recognition.accounts.identity import COOKIE
from recognition.models import Contributor, Drawing
from tests.factories import make_drawing, make_version

pytestmark = pytest.mark.django_db

HIDDEN = Drawing.Moderation.HIDDEN


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/about/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def shown(html: str) -> list[str]:
    return re.findall(r"<h3 data-title>(Level[^<]+)</h3>", html)


@pytest.fixture
def me(client: Client) -> Contributor:
    """Whoever the client is."""
    value = client.get("/").cookies[COOKIE].value
    return Contributor.objects.create(pk=uuid.UUID(value.split(":")[0]))


def test_a_visitor_sees_what_the_network_makes_of_their_own_latest_drawing(client: Client, me: Contributor) -> None:
    make_version()
    make_drawing("house", contributor=me)
    make_drawing("cat", contributor=me)
    html = page(client)
    assert shown(html) == ["Level 1: 28 × 28", "Level 2: 14 × 14", "Level 3: 7 × 7"]
    assert "Your latest drawing." in html
    assert '<span data-label>cat</span> <meter min="0" max="1" value="0.9' in html


def test_an_unnamed_or_hidden_drawing_of_ones_own_is_shown_to_oneself_alone(client: Client, me: Contributor) -> None:
    make_version()
    drawing = make_drawing("cat", contributor=me, moderation=HIDDEN)
    assert "Your latest drawing." in page(client, f"?drawing={drawing.pk}")
    assert Client().get(f"/about/?drawing={drawing.pk}").status_code == 404
    assert shown(page(Client())) == []


def test_who_has_drawn_nothing_sees_a_sample(client: Client) -> None:
    make_version()
    make_drawing("cat", label="cat")
    sample_drawings.add()
    assert "A sample from" in page(client)


def test_where_the_samples_were_taken_away_it_is_the_newest_of_the_gallery(client: Client) -> None:
    make_version()
    make_drawing("cat", label="cat")
    html = page(client)
    assert "From the gallery." in html
    assert shown(html)


def test_a_drawing_of_the_gallery_can_be_asked_for(client: Client) -> None:
    make_version()
    make_drawing("house", label="house")
    drawing = make_drawing("cat", label="cat")
    make_drawing("house", label="house")
    html = page(client, f"?drawing={drawing.pk}")
    assert 'aria-label="The drawing: cat"' in html
    assert f"/about/?drawing={drawing.pk}#how" in client.get(f"/drawings/{drawing.pk}/").content.decode()


@pytest.mark.parametrize(
    "fields", [{}, {"label": "cat", "moderation": HIDDEN}, {"label": "cat", "moderation": "reported"}]
)
def test_one_that_is_not_public_is_not_revealed(client: Client, fields: dict[str, str]) -> None:
    make_version()
    drawing = make_drawing("cat", **fields)
    assert client.get(f"/about/?drawing={drawing.pk}").status_code == 404


@pytest.mark.parametrize("asked", ["nonsense", "00000000-0000-0000-0000-000000000000", "%00", "1" * 5000])
def test_one_that_there_is_not_is_not_found(client: Client, asked: str) -> None:
    assert client.get(f"/about/?drawing={asked}").status_code == 404


def test_a_drawing_that_came_as_a_picture_is_looked_at_too(client: Client, me: Contributor) -> None:
    make_version()
    make_drawing("cat", strokes=None, contributor=me)
    assert shown(page(client))


def test_an_empty_site_without_a_network_has_the_page_all_the_same(client: Client) -> None:
    assert shown(page(client)) == []
    make_drawing("cat", label="cat")
    assert shown(page(client)) == []


def test_looking_stores_nothing_and_costs_a_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_version()
    sample_drawings.add()
    stored = Drawing.objects.count()
    with django_assert_max_num_queries(8):
        page(client)
    assert Drawing.objects.count() == stored
    assert Contributor.objects.count() == 1  # who drew the samples


def test_the_data_is_attributed_and_privacy_is_a_link_away(client: Client) -> None:
    html = page(client)
    assert "creativecommons.org/licenses/by/4.0" in html
    assert "Google, Inc." in html
    assert '<a href="/privacy/">' in html
    assert "What is stored" in client.get("/privacy/").content.decode()


def test_the_policy_says_what_the_settings_say(client: Client, settings: Settings) -> None:
    settings.RETENTION_DAYS, settings.RETENTION_DRAWINGS_DAYS, settings.RETENTION_AUDIT_DAYS = 45, 0, 0
    html = client.get("/privacy/").content.decode()
    assert "on this server 45 days, if nothing else about you is stored" in html
    assert "if nobody says what it is" not in html
    settings.RETENTION_DAYS, settings.RETENTION_DRAWINGS_DAYS, settings.RETENTION_AUDIT_DAYS = 0, 60, 730
    html = client.get("/privacy/").content.decode()
    assert "60 days, if nobody says what it is" in html
    assert "730 days" in html
    assert "45 days" not in html


@pytest.mark.parametrize("page", ["/", "/play/", "the game"])
def test_beside_the_sheet_one_line_says_what_is_kept_and_leads_to_the_policy(client: Client, page: str) -> None:
    make_version()
    make_drawing()
    if page == "the game":
        page = client.post("/play/").headers["Location"]
    html = client.get(page).content.decode()
    assert re.search(r"without your name\. <a href=\"/privacy/\">More</a>", html)

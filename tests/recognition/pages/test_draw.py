from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from recognition.accounts.identity import COOKIE
from recognition.models import Contributor, DoodleClass, Drawing
from tests.factories import make_drawing

pytestmark = pytest.mark.django_db

PAGES = ["/", "/about/", "/privacy/", "/nothing-here/"]


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_page_gives_the_cookies_that_storing_needs(client: Client) -> None:
    client.get("/")

    assert {COOKIE, "csrftoken"} <= set(client.cookies)


def test_looking_at_the_page_stores_nobody(client: Client) -> None:
    client.get("/")

    assert not Contributor.objects.exists()


def test_who_comes_back_is_the_same_contributor(client: Client) -> None:
    first = client.get("/").cookies[COOKIE].value
    again = client.get("/").cookies[COOKIE].value

    assert first.split(":")[0] == again.split(":")[0]


def test_the_empty_sheet_offers_ideas_from_the_active_classes(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    DoodleClass.objects.create(name="lighthouse")
    DoodleClass.objects.create(name="retired", active=False)

    with django_assert_num_queries(2):
        page = html(client, "/")

    assert "Ideas: lighthouse" in page
    assert "retired" not in page


def test_the_page_cannot_be_posted_to(client: Client) -> None:
    assert client.post("/").status_code == 405


def test_a_wrong_address_gets_a_page_of_ours(client: Client) -> None:
    response = client.get("/nothing-here/")

    assert response.status_code == 404
    assert "This page is blank." in response.content.decode()


def test_a_refused_form_gets_a_page_of_ours() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/")

    assert response.status_code == 403
    assert "Please try again." in response.content.decode()


def test_a_failure_gets_a_page_of_ours(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr(DoodleClass, "objects", None)

    response = client.get("/")

    assert response.status_code == 500
    assert "Something broke here." in response.content.decode()


def test_no_link_between_our_pages_is_dead(client: Client) -> None:
    for path in PAGES:
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', html(client, path)):
            assert client.get(link).status_code in (200, 401, 403)


def test_the_front_page_shows_only_drawings_that_a_person_approved(client: Client) -> None:
    unseen = make_drawing("cat", label="cat")
    approved = make_drawing("house", label="house", moderation=Drawing.Moderation.APPROVED)

    page = html(client, "/")

    assert str(approved.pk) in page
    assert str(unseen.pk) not in page


def test_the_page_says_that_done_shows_the_drawing(client: Client, settings: Settings) -> None:
    assert "Done shows it in the gallery, without your name." in html(client, "/")
    settings.GALLERY_MODERATED = True
    assert "Done shows it in the gallery once somebody has looked at it, without your name." in html(client, "/")

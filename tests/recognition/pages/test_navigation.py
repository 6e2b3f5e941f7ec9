from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recognition.models import Contributor
from tests.factories import make_drawing, make_user, strokes_of

pytestmark = pytest.mark.django_db

LINK = 'href="/mine/" title="My drawings"'


def header(client: Client, path: str = "/privacy/") -> str:
    return client.get(path).content.decode().split("</header>")[0]


def draw(client: Client) -> None:
    client.get("/")
    client.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}, "application/json")


@pytest.mark.parametrize("path", ["/", "/gallery/", "/about/", "/mine/", "/nothing-here/"])
def test_who_has_drawings_finds_them_in_the_header_of_every_page(client: Client, path: str) -> None:
    draw(client)
    assert LINK in header(client, path)


def test_who_has_drawn_nothing_has_no_such_link(client: Client) -> None:
    make_drawing("cat")
    client.get("/")
    assert LINK not in header(client)


def test_who_is_signed_in_finds_those_of_their_account(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    assert LINK not in header(client)
    make_drawing("cat", contributor=Contributor.objects.of_user(user))
    assert LINK in header(client)


def test_staff_have_the_link_without_a_query_for_it(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(make_user(staff=True))
    with django_assert_num_queries(2):  # session and user
        assert LINK in header(client)


def test_strangers_cost_no_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        header(client)


def test_a_page_that_needs_no_database_is_shown_without_one(client: Client) -> None:
    def out_of_order(*_: Any) -> None:
        raise OperationalError("the database is away")

    draw(client)
    with connection.execute_wrapper(out_of_order):
        assert client.get("/privacy/").status_code == 200

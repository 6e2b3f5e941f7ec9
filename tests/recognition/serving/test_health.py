from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import make_version


def test_a_process_is_alive_whatever_its_database_does(client: Client) -> None:
    """Without the mark of the database any use of it fails."""
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_being_alive_is_said_without_a_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        client.get("/healthz")


@pytest.mark.django_db
def test_a_site_with_a_model_is_ready(client: Client) -> None:
    version = make_version()
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "model_version": version.number})


@pytest.mark.django_db
def test_a_site_without_a_model_says_so(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["missing"]) == (503, "model")


@pytest.mark.django_db
def test_a_site_that_lost_its_database_says_so_though_its_network_is_loaded(client: Client) -> None:
    make_version()
    client.get("/readyz")

    def lost(*_: object) -> None:
        raise DatabaseError("gone")

    with connection.execute_wrapper(lost):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["missing"]) == (503, "database")


@pytest.mark.django_db
def test_a_site_that_lost_its_tables_says_so_though_its_network_is_loaded(client: Client) -> None:
    make_version()
    client.get("/readyz")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE recognition_drawing RENAME TO lost")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["missing"]) == (503, "database")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nobody_posts_to_health(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405

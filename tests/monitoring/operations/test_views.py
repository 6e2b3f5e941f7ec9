from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recognition.labeling.feedback import give_feedback
from tests.factories import make_drawing, make_prediction, make_user, make_version
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

ADDRESSES = ["/admin/operations/", "/admin/operations/live/"]


def text(client: Client, path: str = "/admin/operations/") -> str:
    return " ".join(client.get(path).content.decode().split())


def test_an_empty_site_says_that_nothing_is_there(admin_client: Client) -> None:
    page = text(admin_client)

    assert "Nobody has drawn anything yet." in page
    assert "Nobody has judged an answer of the last 7 days." in page
    assert "None is running." in page


def test_it_shows_what_people_get_and_say(admin_client: Client) -> None:
    version = make_version()
    drawing = make_drawing()
    make_prediction(drawing, version)
    give_feedback(drawing, drawing.contributor, correct=True, label=None)
    page = text(admin_client)

    assert f"Version {version.number}" in page
    assert "100.0 %" in page
    assert "Nobody has" not in page


def test_it_shows_a_training_that_waits(admin_client: Client) -> None:
    run = TrainingRun.objects.request({}, by=None, reason="test")

    assert f"Run {run.pk}</a> is queued, and has waited for a worker for" in text(admin_client)


def test_it_shows_requests(admin_client: Client) -> None:
    admin_client.get("/about/")

    assert '<th scope="row">about</th> <td class="number">1</td>' in text(admin_client)


def test_without_redis_it_shows_the_rest(admin_client: Client) -> None:
    """There is no Redis here."""
    page = text(admin_client)

    assert "Redis cannot be reached." in page
    assert "None is running." in page


def test_without_trainings_tables_it_shows_the_rest(admin_client: Client) -> None:
    def lost(execute, sql, *rest):  # type: ignore[no-untyped-def]
        if "training_trainingrun" in sql:
            raise DatabaseError("gone")
        return execute(sql, *rest)

    with connection.execute_wrapper(lost):
        page = text(admin_client)

    assert "The database cannot be read." in page
    assert "Nobody has drawn anything yet." in page


@pytest.mark.parametrize("path", ADDRESSES)
def test_only_who_may_look_at_trainings_sees_it(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302  # to sign in
    user = make_user(staff=True)
    client.force_login(user)
    assert client.get(path).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_trainingrun"))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ADDRESSES)
def test_it_changes_nothing(admin_client: Client, path: str) -> None:
    assert admin_client.post(path).status_code == 405


def test_it_costs_a_few_queries(admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    version = make_version()
    for _ in range(4):
        make_prediction(make_drawing(), version)

    with django_assert_num_queries(7):
        admin_client.get("/admin/operations/")

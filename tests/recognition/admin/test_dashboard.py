from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recognition.admin import dashboard
from recognition.models import Contributor, Drawing, Feedback, ModelVersion
from tests.factories import make_class, make_drawing, make_prediction, make_user, make_version

pytestmark = pytest.mark.django_db


def tiles(client: Client) -> dict[str, str]:
    return {tile.name: tile.value for tile in client.get("/admin/").context["tiles"]}


def judge(drawing: Drawing, version: ModelVersion, label: str | None, *, by_staff: bool = False) -> None:
    make_prediction(drawing, version)
    said = make_class(label) if label else None
    Feedback.objects.create(
        drawing=drawing, contributor=Contributor.objects.create(), correct=False, label=said, by_staff=by_staff
    )


def test_an_empty_site_says_that_nothing_is_there(admin_client: Client) -> None:
    assert tiles(admin_client) == {"Drawn today": "0", "To confirm": "0", "Unlabelled": "0", "In service": "none"}


def test_drawings_are_counted(admin_client: Client) -> None:
    make_drawing()
    make_drawing("cat", label="cat", status=Drawing.Status.PROPOSED)
    Drawing.objects.filter(pk=make_drawing().pk).update(created_at=timezone.now() - timedelta(days=2))
    counted = tiles(admin_client)
    assert (counted["Drawn today"], counted["To confirm"], counted["Unlabelled"]) == ("2", "1", "2")


def test_counting_stops_where_it_says_enough(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "MAX_COUNTED_ROWS", 1)
    make_drawing()
    assert tiles(admin_client)["Unlabelled"] == "1"
    make_drawing()
    assert tiles(admin_client)["Unlabelled"] == "1+"


def test_the_champions_accuracy_is_what_people_say_of_its_own_guesses(admin_client: Client) -> None:
    older, champion = make_version(), make_version()
    judge(make_drawing("cat"), champion, "cat")
    judge(make_drawing("cat"), champion, "house")
    judge(make_drawing("cat"), champion, None)
    judge(make_drawing("cat"), champion, "cat")
    judge(make_drawing("cat"), champion, "house", by_staff=True)
    judge(make_drawing("cat"), older, "house")
    shown = tiles(admin_client)
    assert shown["In service"] == "Version 2"
    assert shown["Right, people say"] == "50.0\xa0%"


def test_a_champion_that_nobody_judged_has_no_accuracy(admin_client: Client) -> None:
    make_version()
    assert tiles(admin_client)["Right, people say"] == "–"


def test_the_latest_drawings_are_shown(admin_client: Client) -> None:
    drawing = make_drawing("cat")
    make_prediction(drawing, make_version())
    shown = admin_client.get("/admin/").content.decode()
    assert f"/admin/recognition/drawing/{drawing.pk}/change/" in shown
    assert "cat " in shown


def test_the_front_page_takes_few_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = make_version()
    for _ in range(5):
        judge(make_drawing("cat"), version, "cat")
    with django_assert_max_num_queries(13):
        admin_client.get("/admin/")


def test_those_who_may_look_at_nothing_see_no_figures(client: Client) -> None:
    make_drawing()
    client.force_login(make_user("new", staff=True))
    answer = client.get("/admin/")
    assert answer.context["tiles"] == []
    assert "latest" not in answer.context


def test_the_site_says_which_installation_it_is(admin_client: Client, settings: object) -> None:
    settings.ENVIRONMENT = "staging"  # type: ignore[attr-defined]
    assert "staging" in admin_client.get("/admin/").content.decode()

"""Every list and every record opens, for those who may, with few queries however many rows there are."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import doodlesite.urls  # noqa: F401  # registers the models of `admin.site`
from recognition.models import (
    Contributor,
    DoodleClass,
    Drawing,
    Feedback,
    ModelVersion,
    Prediction,
    Promotion,
    Token,
)
from tests.factories import make_class, make_drawing, make_prediction, make_user, make_version

pytestmark = pytest.mark.django_db

OURS = [Contributor, DoodleClass, Drawing, Feedback, ModelVersion, Prediction, Promotion, Token]
RECORDS = [Feedback, Prediction, Promotion]


def make_one_of_each(number: int) -> None:
    version = make_version()
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, version)
    label = make_class(f"class {number}")
    Feedback.objects.create(drawing=drawing, contributor=Contributor.objects.create(), correct=False, label=label)
    Token.objects.issue(make_user(f"user {number}"), ["read"])


def url(model: type[models.Model], page: str, *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_list_takes_no_more_queries_for_more_rows(admin_client: Client, model: type[models.Model]) -> None:
    make_one_of_each(1)
    admin_client.get(url(model, "changelist"))  # the first also fills caches
    with CaptureQueriesContext(
        connection,
    ) as few:
        admin_client.get(url(model, "changelist"))
    for number in range(2, 7):
        make_one_of_each(number)
    with CaptureQueriesContext(connection) as many:
        assert admin_client.get(url(model, "changelist")).status_code == 200
    assert len(many) == len(few)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_no_list_loads_artifacts_or_strokes(admin_client: Client, model: type[models.Model]) -> None:
    make_one_of_each(1)
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(url(model, "changelist"))
    selected = [query["sql"].split(" FROM ")[0] for query in queries.captured_queries]
    assert not any('"artifact",' in sql or '"strokes"' in sql for sql in selected)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_record_opens(admin_client: Client, model: type[models.Model]) -> None:
    make_one_of_each(1)
    record = model._default_manager.first()
    assert record
    assert admin_client.get(url(model, "change", record.pk)).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_those_who_may_only_look_can_look_and_change_nothing(viewer_client: Client, model: type[models.Model]) -> None:
    make_one_of_each(1)
    record = model._default_manager.first()
    assert record
    page = viewer_client.get(url(model, "change", record.pk))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert viewer_client.post(url(model, "change", record.pk)).status_code == 403
    assert viewer_client.post(url(model, "delete", record.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=record.pk).exists()


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_records_of_what_happened_cannot_be_changed_by_anybody(admin_client: Client, model: type[models.Model]) -> None:
    make_one_of_each(1)
    record = model._default_manager.first()
    assert record
    assert admin_client.get(url(model, "add")).status_code == 403
    assert admin_client.post(url(model, "change", record.pk)).status_code == 403
    assert admin_client.post(url(model, "delete", record.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=lambda model: model.__name__)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_every_registered_page_opens(admin_client: Client, model: type[models.Model], page: str) -> None:
    assert admin_client.get(url(model, page)).status_code in (200, 403)


def test_a_user_who_drew_can_be_deleted_with_what_they_drew(admin_client: Client, admin_user: User) -> None:
    artist = make_user("artist")
    make_prediction(make_drawing(contributor=Contributor.objects.of_user(artist)), make_version())
    admin_client.post(url(User, "delete", artist.pk), {"post": "yes"})
    assert not User.objects.filter(pk=artist.pk).exists()
    assert not Drawing.objects.exists()


def test_strangers_are_asked_to_log_in(client: Client) -> None:
    answer = client.get("/admin/recognition/drawing/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_logging_in_leads_to_the_front_page(client: Client) -> None:
    make_user("boss", staff=True)
    answer = client.post("/admin/login/", {"username": "boss", "password": "secret"})
    assert answer["Location"] == "/admin/"


def test_what_is_registered_passes_the_checks_of_the_admin() -> None:
    assert {Drawing, ModelVersion} <= set(admin.site._registry)
    assert [error for model in admin.site._registry.values() for error in model.check()] == []

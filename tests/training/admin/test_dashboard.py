from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from recognition.models import Drawing
from tests.factories import make_drawing, make_judged, make_version
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

RETRAIN = "/admin/training/trainingrun/retrain/"


def shown(client: Client) -> str:
    return client.get("/admin/").content.decode()


def test_an_open_run_is_shown_as_it_goes_in_place_of_the_button_that_starts_one(admin_client: Client) -> None:
    assert RETRAIN in shown(admin_client)
    run = TrainingRun.objects.create(status="running", stage="collect", progress={"doing": "reading the drawings"})
    page = shown(admin_client)
    assert "Now: reading the drawings" in page
    assert f'data-live="/admin/training/trainingrun/{run.pk}/live/"' in page
    assert RETRAIN not in page


def test_a_viewer_sees_the_run_and_starts_none(viewer_client: Client) -> None:
    assert RETRAIN not in shown(viewer_client)
    run = TrainingRun.objects.create(status="queued")
    assert f"/admin/training/trainingrun/{run.pk}/change/" in shown(viewer_client)


def test_drawings_accuracy_and_confidence_are_told_day_by_day(admin_client: Client) -> None:
    version = make_version()
    make_judged(version, "cat")
    make_judged(version, "house")
    Drawing.objects.filter(pk=make_drawing().pk).update(created_at=timezone.now() - timedelta(days=2))
    Drawing.objects.filter(pk=make_drawing().pk).update(created_at=timezone.now() - timedelta(days=100))
    days = admin_client.get("/admin/").context["days"]
    assert [day.drawn for day in days[-3:]] == [1, 0, 2]
    assert sum(day.drawn for day in days) == 3
    assert (days[-1].share.right, days[-1].share.judged) == (1, 2)
    assert 0.5 < days[-1].confidence <= 1
    assert days[-3].confidence is None


def test_a_site_where_nobody_drew_lately_has_no_charts(admin_client: Client) -> None:
    assert "data-chart" not in shown(admin_client)
    make_drawing()
    assert shown(admin_client).count("data-chart") == 2

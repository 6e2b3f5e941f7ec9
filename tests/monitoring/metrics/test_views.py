from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, Drawing
from tests.factories import make_drawing, make_prediction, make_version
from tests.monitoring.scrape import scrape, value_of
from training.models import TrainingRun

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "Basic {}", "Bearer {}x", "Bearer ключ"])
def test_nobody_reads_figures_without_the_token(client: Client, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization.format(settings.METRICS_TOKEN)}
    response = client.get("/metrics", headers=headers, REMOTE_ADDR="127.0.0.1")

    assert response.status_code == 401
    assert b"doodle_" not in response.content


def test_staff_need_the_token_too(admin_client: Client) -> None:
    assert admin_client.get("/metrics").status_code == 401


def test_figures_are_not_cached(prometheus: Client) -> None:
    assert "no-store" in prometheus.get("/metrics").headers["Cache-Control"]


def test_an_empty_site_has_figures(prometheus: Client) -> None:
    samples = scrape(prometheus)

    assert value_of(samples, "doodle_model_version") == 0
    assert value_of(samples, "doodle_source_up", source="drift") == 1


def test_the_version_in_service_is_told(prometheus: Client) -> None:
    version = make_version()

    assert value_of(scrape(prometheus), "doodle_model_version") == version.number


def test_agreement_is_that_of_who_drew(prometheus: Client) -> None:
    version = make_version()
    for correct in (True, True, False):
        drawing = make_drawing()
        make_prediction(drawing, version)
        give_feedback(drawing, drawing.contributor, correct=correct, label=None)
    stranger = Contributor.objects.create()
    give_feedback(drawing, stranger, correct=False, label=None)
    samples = scrape(prometheus)

    assert value_of(samples, "doodle_judged", version=str(version.number)) == 3
    assert value_of(samples, "doodle_judged_right", version=str(version.number)) == 2


def test_trainings_are_told_by_state(prometheus: Client) -> None:
    failed = TrainingRun.objects.begin({}, by=None, reason="test")
    failed.end(TrainingRun.Status.FAILED, "broke")
    waiting = TrainingRun.objects.request({}, by=None, reason="test")
    TrainingRun.objects.filter(pk=waiting.pk).update(created_at=timezone.now() - timedelta(minutes=10))
    samples = scrape(prometheus)

    assert value_of(samples, "doodle_training_runs", status="failed") == 1
    assert value_of(samples, "doodle_training_runs", status="queued") == 1
    assert value_of(samples, "doodle_training_last_failed") == 1
    assert value_of(samples, "doodle_training_waiting_seconds") >= 600
    assert value_of(samples, "doodle_training_silent_seconds") == 0


def test_a_silent_training_is_told(prometheus: Client) -> None:
    run = TrainingRun.objects.begin({}, by=None, reason="test")
    TrainingRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))

    assert value_of(scrape(prometheus), "doodle_training_silent_seconds") >= 300


def test_what_cannot_be_read_is_said_and_hides_nothing(prometheus: Client) -> None:
    """There is no Redis here."""
    samples = scrape(prometheus)

    assert value_of(samples, "doodle_source_up", source="broker") == 0
    assert not [name for name, _ in samples if name == "doodle_queue_length"]
    assert value_of(samples, "doodle_disk_free_bytes") > 0


def test_figures_cost_a_few_queries_however_much_is_stored(
    prometheus: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = make_version()
    drawings = [make_drawing() for _ in range(5)]
    Drawing.objects.update(source=Drawing.Source.PAGE)
    for drawing in drawings:
        make_prediction(drawing, version)

    with django_assert_max_num_queries(6):
        prometheus.get("/metrics")


def test_figures_are_kept_for_some_seconds(
    prometheus: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    prometheus.get("/metrics")
    with django_assert_max_num_queries(1):
        prometheus.get("/metrics")

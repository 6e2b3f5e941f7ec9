from __future__ import annotations

from datetime import timedelta

import onnxruntime
import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.utils import timezone

from recognition import starter
from recognition.models import ModelVersion
from tests.factories import make_version
from training import tasks
from training.models import VersionExport
from training.models.version_export import MAX_DURATION

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ModelVersion:
    """The tiny network, whose weights are not stored."""
    return make_version()


def request(version: ModelVersion, *, by: User | None = None) -> VersionExport:
    return VersionExport.objects.request(version, "onnx", by=by)


@pytest.mark.tensorflow
def test_the_task_stores_the_file() -> None:
    export = request(starter.install(starter.read()))
    tasks.export_version(export.pk)
    export.refresh_from_db()
    assert (export.status, export.error) == ("succeeded", "")
    assert onnxruntime.InferenceSession(bytes(export.file or b"")).get_inputs()


@pytest.mark.tensorflow
def test_the_task_says_why_there_is_no_file(version: ModelVersion) -> None:
    export = request(version)
    tasks.export_version(export.pk)
    export.refresh_from_db()
    assert (export.status, export.file) == ("failed", None)
    assert "weights of version 1 are not stored" in export.error


def test_a_task_that_is_delivered_twice_runs_once(version: ModelVersion) -> None:
    export = VersionExport.objects.claim(request(version).pk)
    assert export
    tasks.export_version(export.pk)
    export.refresh_from_db()
    assert export.status == "running"


def test_it_goes_to_the_workers_that_have_tensorflow() -> None:
    assert current_app.amqp.router.route({}, tasks.export_version.name)["queue"].name == "training"


def test_the_same_export_is_made_once(version: ModelVersion) -> None:
    export = request(version)
    VersionExport.objects.update(status="succeeded", file=b"network")
    again = request(version)
    assert (again.pk, again.status) == (export.pk, "succeeded")


def test_a_failed_export_can_be_started_again(version: ModelVersion) -> None:
    export = request(version)
    VersionExport.objects.update(status="failed", error="Its worker died.")
    again = request(version)
    again.refresh_from_db()
    assert (again.pk, again.status, again.error) == (export.pk, "queued", "")


def test_an_export_whose_worker_went_silent_is_failed(version: ModelVersion) -> None:
    export = VersionExport.objects.claim(request(version).pk)
    assert export
    VersionExport.objects.update(started_at=timezone.now() - MAX_DURATION - timedelta(seconds=1))
    VersionExport.objects.fail_dead()
    export.refresh_from_db()
    assert (export.status, export.error) == ("failed", "Its worker died.")


def test_a_worker_that_was_thought_dead_does_not_end_the_next_attempt(version: ModelVersion) -> None:
    slow = VersionExport.objects.claim(request(version).pk)
    assert slow
    VersionExport.objects.update(status="running", started_at=timezone.now() + timedelta(minutes=11))
    slow.end(VersionExport.Status.SUCCEEDED, file=b"late")
    slow.refresh_from_db()
    assert slow.status == "running"

from __future__ import annotations

import importlib
import json

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from recognition.models import DoodleClass
from training import tasks
from training.models import TrainingRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def schedules() -> None:
    """What the migration makes, also where an earlier test emptied the database."""
    migration = importlib.import_module("training.migrations.0002_schedules")
    migration.add_schedules(apps, connection.schema_editor())


def test_both_schedules_wait_to_be_switched_on() -> None:
    ours = PeriodicTask.objects.filter(task=tasks.start_if_due.name)
    assert ours.count() == 2
    assert not ours.filter(enabled=True).exists()


def test_what_the_schedules_ask_for_can_be_started() -> None:
    DoodleClass.objects.ensure(["cat", "dog"])
    schedule = PeriodicTask.objects.get(name="Retrain every Sunday night")
    tasks.start_if_due(**json.loads(schedule.kwargs))
    assert TrainingRun.objects.get().status == "queued"


def test_the_schedule_for_new_drawings_waits_for_them() -> None:
    schedule = PeriodicTask.objects.get(name="Retrain when enough drawings have come in")
    tasks.start_if_due(**json.loads(schedule.kwargs))
    assert not TrainingRun.objects.exists()


def test_an_administrator_switches_a_schedule_on_and_changes_what_it_asks_for(admin_client: Client) -> None:
    schedule = PeriodicTask.objects.get(name="Retrain when enough drawings have come in")
    page = reverse("admin:django_celery_beat_periodictask_change", args=[schedule.pk])
    shown = admin_client.get(page)
    assert tasks.start_if_due.name in shown.content.decode()
    values = {name: value for name, value in shown.context["adminform"].form.initial.items() if value is not None}
    changed = {"enabled": "on", "kwargs": '{"drawings": 50}', "regtask": "", "task": schedule.task}
    answer = admin_client.post(page, values | changed)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    schedule.refresh_from_db()
    assert (schedule.enabled, schedule.kwargs) == (True, '{"drawings": 50}')

"""The two schedules that an administrator may switch on: every week, and whenever enough drawings have come in."""

from __future__ import annotations

import json

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TASK = "training.tasks.start_if_due"


def add_schedules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    periodic_task = apps.get_model("django_celery_beat", "PeriodicTask")
    sunday_night, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="0", hour="3", day_of_week="0", day_of_month="*", month_of_year="*", timezone="UTC"
    )
    often, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(
        every=10, period="minutes"
    )
    periodic_task.objects.get_or_create(
        name="Retrain every Sunday night",
        defaults={
            "task": TASK,
            "crontab": sunday_night,
            "kwargs": json.dumps({"config": {}}),
            "enabled": False,
            "description": "config: what the Retrain form offers, for example {\"preset\": \"best\"}.",
        },
    )
    periodic_task.objects.get_or_create(
        name="Retrain when enough drawings have come in",
        defaults={
            "task": TASK,
            "interval": often,
            "kwargs": json.dumps({"drawings": 200, "config": {"preset": "quick"}}),
            "enabled": False,
            "description": "drawings: how many must have been accepted since the last run. config: as in the form.",
        },
    )


def remove_schedules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(task=TASK).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_training_run"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add_schedules, remove_schedules)]

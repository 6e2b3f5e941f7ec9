"""The Celery app: every process that sends or runs tasks imports it from here."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doodlesite.settings")

app = Celery("doodlesite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""The Celery app of every process that sends or runs tasks."""

from __future__ import annotations

import os
import signal

from celery import Celery
from celery.signals import worker_process_init

from doodlesite.process.parent_death_signal import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doodlesite.settings")

app = Celery("doodlesite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_worker(**_: object) -> None:
    """End a training when its worker dies: without the worker, nothing could cancel it."""
    die_with_parent(signal.SIGKILL)

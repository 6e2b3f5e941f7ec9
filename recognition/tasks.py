"""What the workers are sent. The row is the truth, the message only says where to look."""

from __future__ import annotations

from celery import shared_task

from recognition.privacy import retention
from recognition.registry import ab_test
from recognition.transfer import import_job


@shared_task
def work_on_import(pk: int) -> None:
    import_job.work(pk)


@shared_task
def sweep_imports() -> None:
    import_job.sweep()


@shared_task
def retain() -> None:
    """Remove what is kept no longer; beat sends this every night."""
    retention.retain()


@shared_task
def watch_trial() -> None:
    ab_test.watch()

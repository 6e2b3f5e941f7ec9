"""Celery tasks; each message carries at most a primary key, and the state is in the database."""

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
    """Delete expired data; sent by Celery beat every night."""
    retention.retain()


@shared_task
def watch_trial() -> None:
    ab_test.end_if_failed()

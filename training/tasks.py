"""The Celery tasks of training. Their names, such as training.tasks.retrain, are stored in schedules.

A message carries only a primary key; the row has the state.
"""

from __future__ import annotations

from typing import Any

from celery import shared_task

from training.jobs import label_search_jobs, run_service, version_exports
from training.jobs.run_lifecycle import tracked_run
from training.models import LabelSearch, TrainingRun, VersionExport


@shared_task
def retrain(run_id: int) -> None:
    """Work on a queued run. Does nothing if another worker claimed it or it was cancelled."""
    if run := TrainingRun.objects.claim(run_id):
        with tracked_run(run):
            # Imports TensorFlow, so only in the worker's child process.
            from training.pipeline import run_training

            run_training(run)


@shared_task
def find_label_errors(search_id: int) -> None:
    """Work on a queued search. Does nothing if another worker claimed it."""
    if search := LabelSearch.objects.claim(search_id):
        label_search_jobs.run_search(search)


@shared_task
def export_version(export_id: int) -> None:
    """Work on a queued export. Does nothing if another worker claimed it."""
    if export := VersionExport.objects.claim(export_id):
        version_exports.run_export(export)


@shared_task
def sweep() -> None:
    """Recover runs, searches and exports whose worker died or whose message was lost."""
    run_service.sweep_runs()
    label_search_jobs.sweep_searches()
    version_exports.sweep_exports()


@shared_task
def start_if_due(drawings: int = 0, config: dict[str, Any] | None = None) -> None:
    """Start a run by a schedule from the admin.

    drawings: the number of newly accepted drawings that a run needs; 0 always starts one.
    config: as in the API.
    """
    run_service.start_run_if_due(drawings=drawings, config=config or {})

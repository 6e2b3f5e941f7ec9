"""What the workers are sent. The row is the truth, the message only says where to look."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from training.jobs import label_search_jobs, run_service
from training.jobs.run_lifecycle import tracked_run
from training.models import LabelSearch, TrainingRun


@shared_task
def retrain(run_id: int) -> None:
    """Work on a queued run; does nothing when somebody else took it or it was cancelled."""
    if run := TrainingRun.objects.claim(run_id):
        with tracked_run(run):
            from training.pipeline import retrain  # brings TensorFlow: in the worker's child only

            retrain(run)


@shared_task
def find_label_errors(search_id: int) -> None:
    """Work on a queued search; does nothing when somebody else took it."""
    if search := LabelSearch.objects.claim(search_id):
        label_search_jobs.carry_out(search)


@shared_task
def sweep() -> None:
    run_service.sweep()
    label_search_jobs.sweep()


@shared_task
def start_if_due(drawings: int = 0, config: dict[str, Any] | None = None) -> None:
    """Started by the schedules in the admin.

    drawings: start only if so many were accepted since the last run; 0 starts in any case.
    config: as for the API.
    """
    run_service.start_if_due(drawings=drawings, config=config or {})

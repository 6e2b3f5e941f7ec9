"""Exports of versions as jobs: start, run, and recover them."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from recognition.models import ModelVersion
from training.jobs import task_queue
from training.models import VersionExport

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


def start_export(version: ModelVersion, file_format: str, *, by: User | None) -> VersionExport:
    """Return the version's export in a format. If it is yet to be made, send it to the workers after the commit."""
    export = VersionExport.objects.request(version, file_format, by=by)
    if export.status == VersionExport.Status.QUEUED:
        transaction.on_commit(partial(send_export, export))
    return export


def send_export(export: VersionExport) -> None:
    task_queue.send_task(task_queue.EXPORT_VERSION, export)


def sweep_exports() -> None:
    """Fail exports whose worker died, and send queued exports again whose message was lost."""
    VersionExport.objects.fail_dead()
    for export in VersionExport.objects.queued():
        if not task_queue.has_messages():
            send_export(export)


def run_export(export: VersionExport) -> None:
    """Make a claimed export, and store its file or why there is none."""
    from training.network.formats import convert  # imports TensorFlow, so only in a worker's child process

    try:
        file = convert(export.version, VersionExport.Format(export.format))
    except Exception as error:  # whatever went wrong, the export must not stay "running"
        logger.exception("Cannot export %s.", export)
        export.end(VersionExport.Status.FAILED, error=str(error) or repr(error))
    else:
        export.end(VersionExport.Status.SUCCEEDED, file=file)

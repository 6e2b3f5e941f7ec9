"""The queue of the training workers, which have the base drawings.

Jobs send tasks by name, because `training.tasks` imports the jobs.
"""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError as BrokerError

from training.models import LabelSearch, TrainingRun, VersionExport

logger = logging.getLogger(__name__)

QUEUE = "training"
RETRAIN = "training.tasks.retrain"
FIND_LABEL_ERRORS = "training.tasks.find_label_errors"
EXPORT_VERSION = "training.tasks.export_version"


def send_task(name: str, job: TrainingRun | LabelSearch | VersionExport) -> None:
    """Send a task about a queued job to the workers. Without a broker, it only logs; the sweep sends it later."""
    try:
        current_app.send_task(name, (job.pk,), ignore_result=True)
    except BrokerError as error:
        logger.warning("Cannot send %s yet: %s", job, error)


def has_messages() -> bool:
    """Return whether messages wait for a worker."""
    with current_app.connection_for_write() as connection:
        return bool(connection.default_channel.queue_declare(QUEUE).message_count)

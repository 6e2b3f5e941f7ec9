"""Searching Quick, Draw! for wrong labels: asking for it, doing it, and seeing to it that none is lost."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

from recognition.inference.results import InvalidArtifact
from recognition.models import ModelVersion
from training.db_retry import DB_OUTAGE_ERRORS
from training.labels import label_errors
from training.labels.label_errors import Searched
from training.models import LabelSearch, SearchEnded, Suspect
from training.models.label_search import MAX_ROWS_PER_CLASS
from training.quickdraw.errors import CorruptFile
from training.quickdraw.folder import QuickDrawFolder

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

QUEUE = "training"  # whose workers have the base drawings
WRITE_EVERY = 1.0  # seconds


class NothingToSearch(Exception):
    """No network is in service, or there is no drawing of what it knows."""


def start(*, by: User | None, rows: int = MAX_ROWS_PER_CLASS) -> LabelSearch:
    """Queue a search and, once that is committed, send it to the workers. Raises SearchIsOpen."""
    search = LabelSearch.objects.request(by=by, rows=rows)
    transaction.on_commit(partial(send, search))
    return search


def send(search: LabelSearch) -> None:
    """Send a queued search to the workers; when the broker is away, the sweeper does it later."""
    from training.tasks import find_label_errors

    try:
        find_label_errors.delay(search.pk)
    except BrokerError as error:
        logger.warning("Cannot send %s yet: %s", search, error)


def sweep() -> None:
    """Fail what died, and send again what is queued but got lost on its way to a worker."""
    LabelSearch.objects.fail_dead()
    for search in LabelSearch.objects.queued():
        with current_app.connection_for_write() as connection:
            waiting = connection.default_channel.queue_declare(QUEUE).message_count
        if not waiting:
            send(search)


def carry_out(search: LabelSearch) -> Searched | None:
    """Work on a search that was taken, and list what it finds. However that ends, the search says so."""
    try:
        found = _found(search)
        with transaction.atomic():
            listed = Suspect.objects.replace_open(found.worst)
            search.end(LabelSearch.Status.SUCCEEDED, found=found.suspected.total(), listed=listed)
    except SearchEnded as ended:
        logger.info("Stopped: %s", ended)
    except (NothingToSearch, CorruptFile, InvalidArtifact) as error:
        _fail(search, error)
    except Exception as error:  # whatever went wrong, the search must not stay "running"
        logger.exception("%s failed.", search)
        _fail(search, error)
    else:
        return found
    return None


def _found(search: LabelSearch) -> Searched:
    version = ModelVersion.objects.current()
    if version is None:
        raise NothingToSearch("No model is in service.")
    folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
    total = label_errors.count(version, folder, search.rows)
    if not total:
        raise NothingToSearch(f"There is no drawing in {folder.root} of what {version} knows.")
    search.write(version=version.number, total=total)
    return label_errors.search(version, folder, search.rows, _Meter(search))


class _Meter:
    """Counts drawings and writes about once a second how many are done. Raises SearchEnded."""

    def __init__(self, search: LabelSearch) -> None:
        self._search, self._done, self._written_at = search, 0, time.monotonic()

    def __call__(self, drawings: int) -> None:
        self._done += drawings
        if time.monotonic() - self._written_at >= WRITE_EVERY:
            self._written_at = time.monotonic()
            self._search.write(done=self._done)


def _fail(search: LabelSearch, error: Exception) -> None:
    try:
        search.end(LabelSearch.Status.FAILED, error=str(error))
    except (SearchEnded, *DB_OUTAGE_ERRORS):
        logger.exception("Cannot say so in %s.", search)

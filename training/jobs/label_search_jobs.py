"""Searches for label errors in Quick, Draw! as jobs: start, run, and recover them."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from recognition.inference.results import InvalidArtifact
from recognition.models import ModelVersion
from training.db_retry import DB_OUTAGE_ERRORS
from training.jobs import task_queue
from training.labels import label_errors
from training.labels.label_errors import SearchResult
from training.models import LabelSearch, SearchEnded, Suspect
from training.models.label_search import MAX_ROWS_PER_CLASS
from training.quickdraw.errors import CorruptFile
from training.quickdraw.folder import QuickDrawFolder

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

PROGRESS_INTERVAL_SECONDS = 1.0


class NothingToSearch(Exception):
    """No version is in service, or there are no drawings of its classes."""


def start_search(*, by: User | None, rows: int = MAX_ROWS_PER_CLASS) -> LabelSearch:
    """Queue a search and send it to the workers after the transaction commits. Raises SearchIsOpen."""
    search = LabelSearch.objects.request(by=by, rows=rows)
    transaction.on_commit(partial(send_search, search))
    return search


def send_search(search: LabelSearch) -> None:
    task_queue.send_task(task_queue.FIND_LABEL_ERRORS, search)


def sweep_searches() -> None:
    """Fail searches whose worker died, and send queued searches again whose message was lost."""
    LabelSearch.objects.fail_dead()
    for search in LabelSearch.objects.queued():
        if not task_queue.has_messages():
            send_search(search)


def run_search(search: LabelSearch) -> SearchResult | None:
    """Run a claimed search and store its suspects. Every outcome is stored in the search; None if it failed."""
    try:
        result = _search(search)
        with transaction.atomic():
            listed = Suspect.objects.replace_open(result.worst)
            search.end(LabelSearch.Status.SUCCEEDED, found=result.suspected.total(), listed=listed)
    except SearchEnded as ended:
        logger.info("Stopped: %s", ended)
    except (NothingToSearch, CorruptFile, InvalidArtifact) as error:
        _fail(search, error)
    except Exception as error:  # whatever went wrong, the search must not stay "running"
        logger.exception("%s failed.", search)
        _fail(search, error)
    else:
        return result
    return None


def _search(search: LabelSearch) -> SearchResult:
    version = ModelVersion.objects.current()
    if version is None:
        raise NothingToSearch("No model is in service.")
    folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
    total = label_errors.estimate_drawing_count(version, folder, search.rows)
    if not total:
        raise NothingToSearch(f"There is no drawing in {folder.root} of what {version} knows.")
    search.write(version=version.number, total=total)
    return label_errors.search_label_errors(version, folder, search.rows, _SearchProgress(search))


class _SearchProgress:
    """Counts finished drawings and stores the number about once a second. Raises SearchEnded."""

    def __init__(self, search: LabelSearch) -> None:
        self._search, self._done, self._written_at = search, 0, time.monotonic()

    def __call__(self, drawings: int) -> None:
        self._done += drawings
        if time.monotonic() - self._written_at >= PROGRESS_INTERVAL_SECONDS:
            self._written_at = time.monotonic()
            self._search.write(done=self._done)


def _fail(search: LabelSearch, error: Exception) -> None:
    try:
        search.end(LabelSearch.Status.FAILED, error=str(error))
    except (SearchEnded, *DB_OUTAGE_ERRORS):
        logger.exception("Cannot say so in %s.", search)

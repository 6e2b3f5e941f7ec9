"""Imports uploaded files of drawings in the background, part by part, and resumes after a lost worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from celery import current_app
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from recognition.models import AuditEntry, Contributor, DrawingImport, ImportPart
from recognition.transfer.import_rows import InvalidRow, ParsedDrawing, import_drawing, parse_bitmaps, parse_lines
from recognition.transfer.import_upload import open_upload

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

TASK_NAME = "recognition.tasks.work_on_import"  # sent by name, as recognition.tasks imports this module
SLICE_SECONDS = 2.0  # of work per task, so that other tasks have their turn
LOST_AFTER_SECONDS = 30  # without progress; then an import is sent to the workers again
MAX_TRIES = 3  # of one part
MAX_REFUSALS = 100  # whose messages are stored; the others are only counted


@transaction.atomic
def start(file: UploadedFile[bytes], *, by: User, word: str, accept: bool) -> DrawingImport:
    """Store an uploaded file in parts and send it to the workers. Raises InvalidUpload."""
    upload = open_upload(file)
    name = PurePath(file.name or "").name
    job = DrawingImport.objects.create(file=name[:200], is_npy=upload.is_npy, word=word, accept=accept, by=by)
    for first, content in upload.parts:
        ImportPart.objects.create(drawing_import=job, first=first, content=content)
        job.parts += 1
    job.save(update_fields=["parts"])
    AuditEntry.objects.record(AuditEntry.Action.IMPORTED, name, "words accepted" if accept else "words proposed")
    if not job.parts:
        job.finish("The file is empty.")
    transaction.on_commit(partial(send, job.pk))
    return job


def send(pk: int) -> None:
    """Send an import to the workers; if the broker is unreachable, `sweep` sends it later."""
    try:
        current_app.send_task(TASK_NAME, args=[pk], ignore_result=True)
    except BrokerError as error:
        logger.warning("Cannot send import %s yet: %s", pk, error)


def work(pk: int) -> None:
    """Work on an import for SLICE_SECONDS, then send it again, so that other tasks are not delayed."""
    deadline = time.monotonic() + SLICE_SECONDS
    while _begin_try(pk) and _import_next_part(pk):
        if time.monotonic() >= deadline:
            send(pk)
            return


def sweep() -> None:
    """Send stalled imports again, whose message or worker was lost."""
    stalled = DrawingImport.objects.open().filter(touched_at__lt=timezone.now() - timedelta(seconds=LOST_AFTER_SECONDS))
    for pk in stalled.values_list("pk", flat=True):
        send(pk)


def _begin_try(pk: int) -> bool:
    """Count a try at the next part; give up after MAX_TRIES tries that failed or killed their worker."""
    with transaction.atomic():
        job = DrawingImport.objects.select_for_update().open().filter(pk=pk).first()
        if job is None:
            return False
        if job.tries >= MAX_TRIES:
            part = job.waiting.first()
            job.finish(f"Given up at row {part.first if part else 0}: a worker failed there {MAX_TRIES} times.")
            return False
        job.tries += 1
        job.touched_at = timezone.now()
        job.save(update_fields=["tries", "touched_at"])
    return True


@transaction.atomic
def _import_next_part(pk: int) -> bool:
    """Import the next part in one transaction; return whether the import continues."""
    job = DrawingImport.objects.select_for_update().open().filter(pk=pk).first()
    if job is None:
        return False
    part = job.waiting.first()
    if part is None or job.by is None:
        job.finish("" if part is None else "Who uploaded it is no longer a user here.")
        return False
    stored, known, refusals = _import_part(job, part, Contributor.objects.of_user(job.by))
    part.delete()
    DrawingImport.objects.filter(pk=pk).update(
        stored=F("stored") + stored,
        known=F("known") + known,
        refused=F("refused") + len(refusals),
        refusals=[*job.refusals, *refusals][:MAX_REFUSALS],
        tries=0,
    )
    if not job.waiting.exists():
        job.finish()
    return job.is_open


def _import_part(job: DrawingImport, part: ImportPart, contributor: Contributor) -> tuple[int, int, list[str]]:
    """Import the drawings of a part; return how many are new, how many known, and the messages about invalid rows."""
    stored, known, refusals = 0, 0, []
    for row in _parse_part(job, part):
        try:
            if isinstance(row, InvalidRow):
                raise row
            is_new = import_drawing(row, contributor, accept=job.accept)
        except InvalidRow as error:
            refusals.append(str(error))
        else:
            stored, known = stored + is_new, known + (not is_new)
    return stored, known, refusals


def _parse_part(job: DrawingImport, part: ImportPart) -> Iterator[ParsedDrawing | InvalidRow]:
    content = bytes(part.content)
    if job.is_npy:
        return parse_bitmaps(content, job.word or PurePath(job.file).stem, job.file, first=part.first)
    return parse_lines(BytesIO(content), job.word or None, job.file, first=part.first)

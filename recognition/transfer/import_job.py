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

from recognition.infra.words import InvalidWord, tidy_word
from recognition.models import AuditEntry, Contributor, DoodleClass, DrawingImport, ImportPart
from recognition.transfer.import_rows import (
    InvalidRow,
    ParsedDrawing,
    UnknownWord,
    import_drawing,
    parse_bitmaps,
    parse_lines,
)
from recognition.transfer.import_upload import open_upload

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

TASK_NAME = "recognition.tasks.work_on_import"  # sent by name, as recognition.tasks imports this module
SLICE_SECONDS = 2.0  # of work per task, so that other tasks have their turn
LOST_AFTER_SECONDS = 30  # without progress; then an import is sent to the workers again
MAX_TRIES = 3  # of one part
MAX_REFUSALS = 100  # whose messages are stored; the others are only counted
MAX_UNKNOWN_WORDS = 100  # that one import offers to add
KEPT_TIME = timedelta(days=7)  # for which parts with unknown words wait for another try


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


@transaction.atomic
def retry_with_new_classes(pk: int, *, by: User) -> DrawingImport | None:
    """Add the unknown words of an ended import as classes, and import the parts that have them again.

    Returns the new import, or None if no part is kept. Drawings that were stored before are known to it.
    """
    job = DrawingImport.objects.select_for_update().exclude(finished_at=None).filter(pk=pk).first()
    if job is None or not job.kept.exists():
        return None
    added = [DoodleClass.objects.add(word, origin=DoodleClass.Origin.OWN) for word in job.unknown]
    new = [doodle_class.name for doodle_class, is_new in added if is_new]
    AuditEntry.objects.record(AuditEntry.Action.CHANGED, f"{len(new)} classes", f"Added {', '.join(new)}")
    again = DrawingImport.objects.create(
        file=job.file, is_npy=job.is_npy, word=job.word, accept=job.accept, by=by, parts=job.kept.count()
    )
    job.kept.update(drawing_import=again, kept=False)
    transaction.on_commit(partial(send, again.pk))
    return again


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
    """Send stalled imports again, whose message or worker was lost. Deletes parts that were kept for long."""
    ImportPart.objects.filter(kept=True, drawing_import__finished_at__lt=timezone.now() - KEPT_TIME).delete()
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
    stored, known, refused = _import_part(job, part, Contributor.objects.of_user(job.by))
    words = {word for error in refused if isinstance(error, UnknownWord) and (word := _tidy(error.word))}
    if words:
        part.kept = True
        part.save(update_fields=["kept"])
    else:
        part.delete()
    DrawingImport.objects.filter(pk=pk).update(
        stored=F("stored") + stored,
        known=F("known") + known,
        refused=F("refused") + len(refused),
        refusals=[*job.refusals, *map(str, refused)][:MAX_REFUSALS],
        unknown=sorted({*job.unknown, *words})[:MAX_UNKNOWN_WORDS],
        tries=0,
    )
    if not job.waiting.exists():
        job.finish()
    return job.is_open


def _import_part(job: DrawingImport, part: ImportPart, contributor: Contributor) -> tuple[int, int, list[InvalidRow]]:
    """Import the drawings of a part; return how many are new, how many known, and the errors of invalid rows."""
    stored, known = 0, 0
    refused: list[InvalidRow] = []
    for row in _parse_part(job, part):
        try:
            if isinstance(row, InvalidRow):
                raise row
            is_new = import_drawing(row, contributor, accept=job.accept)
        except InvalidRow as error:
            refused.append(error)
        else:
            stored, known = stored + is_new, known + (not is_new)
    return stored, known, refused


def _tidy(word: str) -> str:
    """Return a word as a class could have it; empty if none can."""
    try:
        return tidy_word(word)
    except InvalidWord:
        return ""


def _parse_part(job: DrawingImport, part: ImportPart) -> Iterator[ParsedDrawing | InvalidRow]:
    content = bytes(part.content)
    if job.is_npy:
        return parse_bitmaps(content, job.word or PurePath(job.file).stem, job.file, first=part.first)
    return parse_lines(BytesIO(content), job.word or None, job.file, first=part.first)

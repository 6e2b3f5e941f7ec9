"""Imports uploaded files of drawings in the background, part by part, and resumes after a lost worker."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
from celery import current_app
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from recognition.infra.words import InvalidWord, tidy_word
from recognition.models import AuditEntry, Contributor, DoodleClass, DrawingImport, ImportPart
from recognition.submission import DiskReserveReached, check_disk_reserve
from recognition.transfer.import_rows import ImportOptions, Outcome, UnknownWord, import_drawing
from recognition.transfer.import_upload import rows_of_part, split_upload
from recognition.transfer.rows import PIXELS, InvalidRow, Row, parse_row

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
def start(
    file: UploadedFile[bytes], *, by: User, word: str, accept: bool, only_recognized: bool = False
) -> DrawingImport:
    """Store an uploaded file in parts and send it to the workers. Raises InvalidFile, DiskReserveReached."""
    check_disk_reserve()
    name = PurePath(file.name or "").name
    job = DrawingImport.objects.create(
        file=name[:200], word=word, accept=accept, only_recognized=only_recognized, by=by
    )
    for first, content in split_upload(file):
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
        file=job.file,
        is_npy=job.is_npy,
        word=job.word,
        accept=job.accept,
        only_recognized=job.only_recognized,
        by=by,
        parts=job.kept.count(),
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
    try:
        check_disk_reserve()
    except DiskReserveReached as error:
        logger.warning("Import %s waits: %s", pk, error)  # `sweep` sends it again
        return
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
    outcomes, refused = _import_part(job, part, Contributor.objects.of_user(job.by))
    words = {word for error in refused if isinstance(error, UnknownWord) and (word := _tidy(error.word))}
    if words:
        part.kept = True
        part.save(update_fields=["kept"])
    else:
        part.delete()
    DrawingImport.objects.filter(pk=pk).update(
        **{outcome: F(outcome) + outcomes[outcome] for outcome in Outcome},
        refused=F("refused") + len(refused),
        refusals=[*job.refusals, *map(str, refused)][:MAX_REFUSALS],
        unknown=sorted({*job.unknown, *words})[:MAX_UNKNOWN_WORDS],
        tries=0,
    )
    if not job.waiting.exists():
        job.finish()
    return job.is_open


def _import_part(
    job: DrawingImport, part: ImportPart, importer: Contributor
) -> tuple[Counter[Outcome], list[InvalidRow]]:
    """Import the drawings of a part; return how many had each outcome, and the errors of invalid rows."""
    options = ImportOptions(importer, accept=job.accept, only_recognized=job.only_recognized)
    outcomes: Counter[Outcome] = Counter()
    refused: list[InvalidRow] = []
    for row in _rows(job, part):
        try:
            parsed = parse_row(row, job.word or None, job.file)
            if isinstance(parsed, InvalidRow):
                raise parsed
            outcomes[import_drawing(parsed, options)] += 1
        except InvalidRow as error:
            refused.append(error)
    return outcomes, refused


def _tidy(word: str) -> str:
    """Return a word as a class could have it; empty if none can."""
    try:
        return tidy_word(word)
    except InvalidWord:
        return ""


def _rows(job: DrawingImport, part: ImportPart) -> Iterator[Row]:
    content = bytes(part.content)
    if not job.is_npy:
        return rows_of_part(content, part.first)
    bitmaps = np.frombuffer(content, np.uint8).reshape(-1, PIXELS)
    fields = {"word": PurePath(job.file).stem}
    return (Row.of_bitmap(number, bitmap, fields) for number, bitmap in enumerate(bitmaps, start=part.first))

"""Uploaded files of drawings on their way: taken in, worked on part by part, and never lost."""

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
from recognition.transfer.import_rows import BadDrawing, Candidate, import_drawing, of_bitmaps, of_lines
from recognition.transfer.import_upload import receive

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

TASK = "recognition.tasks.work_on_import"  # by name, as the module of tasks imports this one
SLICE = 2.0  # seconds after which other tasks have their turn
SILENCE = 30  # seconds after which an import is sent to the workers again
MOST_TRIES = 3  # of one part
MOST_TOLD = 100  # refusals that are kept in words; the others are counted


@transaction.atomic
def start(file: UploadedFile[bytes], *, by: User, word: str, accept: bool) -> DrawingImport:
    """Take an uploaded file in and send it to the workers. Raises NotDrawings."""
    received = receive(file)
    name = PurePath(file.name or "").name
    started = DrawingImport.objects.create(file=name[:200], is_npy=received.is_npy, word=word, accept=accept, by=by)
    for first, content in received.parts:
        ImportPart.objects.create(drawing_import=started, first=first, content=content)
        started.parts += 1
    started.save(update_fields=["parts"])
    AuditEntry.objects.record(AuditEntry.Action.IMPORTED, name, "words accepted" if accept else "words proposed")
    if not started.parts:
        started.finish("The file is empty.")
    transaction.on_commit(partial(send, started.pk))
    return started


def send(pk: int) -> None:
    """Send an import to the workers; when the broker is away, the sweeper does it later."""
    try:
        current_app.send_task(TASK, args=[pk], ignore_result=True)
    except BrokerError as error:
        logger.warning("Cannot send import %s yet: %s", pk, error)


def work(pk: int) -> None:
    """Work on an import for a moment, then send it on, so that nothing else waits for it."""
    until = time.monotonic() + SLICE
    while _begin(pk) and _work_on_next(pk):
        if time.monotonic() >= until:
            send(pk)
            return


def sweep() -> None:
    """Send again what nobody has worked on lately: its message, or its worker, was lost."""
    silent = DrawingImport.objects.open().filter(touched_at__lt=timezone.now() - timedelta(seconds=SILENCE))
    for pk in silent.values_list("pk", flat=True):
        send(pk)


def _begin(pk: int) -> bool:
    """Count a try at the next part; give up on one that has failed, or killed its worker, again and again."""
    with transaction.atomic():
        found = DrawingImport.objects.select_for_update().open().filter(pk=pk).first()
        if found is None:
            return False
        if found.tries >= MOST_TRIES:
            part = found.waiting.first()
            found.finish(f"Given up at row {part.first if part else 0}: a worker failed there {MOST_TRIES} times.")
            return False
        found.tries += 1
        found.touched_at = timezone.now()
        found.save(update_fields=["tries", "touched_at"])
    return True


@transaction.atomic
def _work_on_next(pk: int) -> bool:
    """Import one part: its drawings and what is said of them are stored together, or none of it."""
    found = DrawingImport.objects.select_for_update().open().filter(pk=pk).first()
    if found is None:
        return False
    part = found.waiting.first()
    if part is None or found.by is None:
        found.finish("" if part is None else "Who uploaded it is no longer a user here.")
        return False
    stored, known, refusals = _import(found, part, Contributor.objects.of_user(found.by))
    part.delete()
    DrawingImport.objects.filter(pk=pk).update(
        stored=F("stored") + stored,
        known=F("known") + known,
        refused=F("refused") + len(refusals),
        refusals=[*found.refusals, *refusals][:MOST_TOLD],
        tries=0,
    )
    if not found.waiting.exists():
        found.finish()
    return found.is_open


def _import(found: DrawingImport, part: ImportPart, contributor: Contributor) -> tuple[int, int, list[str]]:
    stored, known, refusals = 0, 0, []
    for candidate in _candidates(found, part):
        try:
            if isinstance(candidate, BadDrawing):
                raise candidate
            is_new = import_drawing(candidate, contributor, accept=found.accept)
        except BadDrawing as error:
            refusals.append(str(error))
        else:
            stored, known = stored + is_new, known + (not is_new)
    return stored, known, refusals


def _candidates(found: DrawingImport, part: ImportPart) -> Iterator[Candidate | BadDrawing]:
    content = bytes(part.content)
    if found.is_npy:
        return of_bitmaps(content, found.word or PurePath(found.file).stem, found.file, first=part.first)
    return of_lines(BytesIO(content), found.word or None, found.file, first=part.first)

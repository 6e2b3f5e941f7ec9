"""Imports the rows of files of drawings: recognized, stored once and labelled with their word."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction

from recognition.imaging.canvas import round_numbers
from recognition.imaging.simplify import simplify
from recognition.imaging.sketch import Sketch
from recognition.labeling.feedback import label_drawing
from recognition.labeling.policy import update_label
from recognition.labeling.word_proposals import propose
from recognition.models import Contributor, DeletedDrawing, DoodleClass, Drawing, Feedback
from recognition.submission import Submission, recognize_and_store
from recognition.transfer.files import read_rows
from recognition.transfer.packing import KEY
from recognition.transfer.rows import InvalidFile, InvalidRow, ParsedDrawing, parse_row

LABEL_PERMISSION = "recognition.change_drawing"  # who has it labels drawings as staff

Moderation = Drawing.Moderation


class UnknownWord(InvalidRow):
    """A row's word is no class."""

    def __init__(self, place: str, word: str) -> None:
        super().__init__(f"{place}: There is no class “{word}”; add it first.")
        self.word = word


class Outcome(StrEnum):
    """What becomes of a row; the names are those of the counts of a DrawingImport."""

    STORED = "stored"
    CORRECTED = "corrected"  # it is here, and its word counts as feedback of who imports it
    KNOWN = "known"
    DELETED = "deleted"  # it was deleted here, and stays so
    UNRECOGNIZED = "unrecognized"  # it is not "recognized", and only such are asked for


@dataclass(frozen=True)
class ImportOptions:
    """What an import makes of its rows."""

    importer: Contributor
    accept: bool = False  # the words count as the importer's feedback; else they are only proposed
    only_recognized: bool = False
    keep_contributors: bool = True  # those of the file, by their pseudonyms; else all drawings become the importer's

    @property
    def may_label(self) -> bool:
        """Tell whether the importer labels drawings as staff."""
        user = self.importer.user
        return user is not None and user.is_staff and user.has_perm(LABEL_PERMISSION)


def parse_file(path: Path, word: str | None) -> Iterator[ParsedDrawing | InvalidRow]:
    """Yield the drawings of a file, an error for each invalid row, and one if it is read no further. Raises OSError.

    word: the class of all drawings; None takes it from each row, or from the file's name.
    """
    with path.open("rb") as file:
        try:
            for row in read_rows(file, path.name):
                yield parse_row(row, word, str(path))
        except InvalidFile as error:
            yield InvalidRow(f"{path}: {error}")


@transaction.atomic
def import_drawing(parsed: ParsedDrawing, options: ImportOptions) -> Outcome:
    """Store a drawing unless it exists already or was deleted, and count its word as feedback if asked to.

    Raises InvalidRow.
    """
    if options.only_recognized and not parsed.recognized:
        return Outcome.UNRECOGNIZED
    label = _class(parsed.word, parsed.place)
    pk = parsed.id or _id_of_packed(parsed)
    if pk and (existing := Drawing.objects.filter(pk=pk).with_predictions().first()):
        if not _is_same(existing, parsed.sketch):
            raise InvalidRow(f"{parsed.place}: Its id {pk} is another drawing's here; without key_id it is a new one.")
        return Outcome.CORRECTED if options.accept and _correct(existing, label, options) else Outcome.KNOWN
    if pk and DeletedDrawing.objects.has(pk):
        return Outcome.DELETED
    return _store(parsed, pk, label, options)


def _store(parsed: ParsedDrawing, pk: uuid.UUID | None, label: DoodleClass, options: ImportOptions) -> Outcome:
    """Store a drawing, with its id if it has one, unless it was imported without one."""
    key = _key(label.name, parsed.content)
    # Releases before gave each imported drawing a new id.
    if pk and Drawing.objects.filter(contributor=options.importer, idempotency_key=key).exists():
        return Outcome.KNOWN
    answer = recognize_and_store(
        parsed.sketch,
        _contributor(parsed, options),
        source=Drawing.Source.IMPORT,
        prompt=_prompt(parsed, label, options),
        idempotency_key=f"import {pk}" if pk else key,
        **_kept_fields(parsed, options, pk),
    )
    is_corrected = options.accept and _accept(answer, parsed, label, options)
    if answer.repeated:
        return Outcome.CORRECTED if is_corrected else Outcome.KNOWN
    return Outcome.STORED


def _prompt(parsed: ParsedDrawing, label: DoodleClass, options: ImportOptions) -> DoodleClass | None:
    """Return what was asked for; the word itself, unless there is feedback that says it."""
    return DoodleClass.objects.named(parsed.prompt) if options.accept and parsed.feedback else label


def _accept(answer: Submission, parsed: ParsedDrawing, label: DoodleClass, options: ImportOptions) -> bool:
    """Store the feedback of the file, and the word as the importer's if that does not say it; return whether so."""
    if not answer.repeated:
        _store_feedback(answer.drawing, parsed, options)
    if answer.drawing.label == label and parsed.proposed:  # it was no more there
        return False
    return _correct(answer.drawing, label, options)


def _class(word: str, place: str) -> DoodleClass:
    """Return the class that a file calls so. Raises UnknownWord."""
    if found := DoodleClass.objects.named(word):
        return found
    raise UnknownWord(place, word)


def _correct(drawing: Drawing, label: DoodleClass, options: ImportOptions) -> bool:
    """Count a word as the importer's feedback; return False if it says nothing new."""
    importer = options.importer
    if drawing.label == label and drawing.status == Drawing.Status.ACCEPTED:
        return False
    if Feedback.objects.filter(drawing=drawing, contributor=importer, label=label).exists():
        return False
    is_own = drawing.contributor_id == importer.pk
    label_drawing(drawing, importer, label, by_staff=not is_own and options.may_label)
    return True


def _store_feedback(drawing: Drawing, parsed: ParsedDrawing, options: ImportOptions) -> None:
    """Store the feedback that a drawing had elsewhere, with its dates, and update the drawing's label.

    Staff's counts as such only if the importer's would.
    """
    for past in parsed.feedback:
        entry, _ = Feedback.objects.update_or_create(
            drawing=drawing,
            contributor=Contributor.objects.of_pseudonym(past.contributor),
            defaults={
                "label": None if past.word is None else _class(past.word, parsed.place),
                "proposal": propose(past.proposal) if past.proposal else None,
                "correct": past.correct,
                "by_staff": past.by_staff and options.may_label,
                "provisional": past.provisional,
            },
        )
        Feedback.objects.filter(pk=entry.pk).update(created_at=past.at, updated_at=past.at)
    if parsed.feedback:
        update_label(drawing)


def _contributor(parsed: ParsedDrawing, options: ImportOptions) -> Contributor:
    if parsed.contributor and options.keep_contributors:
        return Contributor.objects.of_pseudonym(parsed.contributor)
    return options.importer


def _kept_fields(parsed: ParsedDrawing, options: ImportOptions, pk: uuid.UUID | None) -> dict[str, Any]:
    """Return the fields of the new drawing that the file says. It approves nothing that the importer may not."""
    fields: dict[str, Any] = {"id": pk, "created_at": parsed.drawn_at, "countrycode": parsed.countrycode}
    if parsed.moderation != Moderation.APPROVED or (options.accept and options.may_label):
        fields["moderation"] = parsed.moderation
    return {name: value for name, value in fields.items() if value}


def _is_same(drawing: Drawing, sketch: Sketch) -> bool:
    """Tell whether a stored drawing is a file's: its strokes, whole or simplified, or its pixels."""
    if bytes(drawing.bitmap) == sketch.bitmap.tobytes():
        return True
    strokes = drawing.strokes
    return strokes is not None and sketch.strokes in (round_numbers(strokes), simplify(strokes))


def _id_of_packed(parsed: ParsedDrawing) -> uuid.UUID | None:
    """Return the id of which a binary file has the last 64 bits: a drawing's here, else always the same one."""
    key = parsed.packed_key
    if key is None or parsed.drawn_at is None:
        return None
    same_second = (parsed.drawn_at, parsed.drawn_at + timedelta(seconds=1))
    ids = Drawing.objects.filter(created_at__gte=same_second[0], created_at__lt=same_second[1]).order_by()
    new = uuid.UUID(int=uuid.uuid5(uuid.NAMESPACE_OID, str(key)).int & ~KEY | key & KEY)
    return next((pk for pk in ids.values_list("pk", flat=True) if pk.int & KEY == key), new)


def _key(word: str, content: bytes) -> str:
    """Return the idempotency key of a drawing without an id: the same one of a word is stored once."""
    return f"import {hashlib.sha256(word.encode() + b'/' + content).hexdigest()}"

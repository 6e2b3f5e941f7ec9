"""Drawings of Quick, Draw! that a new site shows, so that it is not empty before somebody has drawn.

They ship in `starter/samples.ndjson`, chosen by `manage.py export_samples` among the test drawings: made available by
Google, Inc. under the Creative Commons Attribution 4.0 licence, https://creativecommons.org/licenses/by/4.0/. Nobody
drew them here: no figure counts them, nothing exports them, and no training sees them (`Drawing.objects.accepted`).
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from django.db import transaction

from recognition.imaging.sketch import Sketch
from recognition.models import Contributor, DoodleClass, Drawing, Milestone
from recognition.models.drawing import DrawingQuerySet
from recognition.moderation import approve
from recognition.privacy.deletion import delete_drawings
from recognition.starter import FOLDER
from recognition.submission import recognize_and_store

FILE: Path = FOLDER / "samples.ndjson"
OFFERED = "sample drawings were offered"
PEOPLE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/googlecreativelab/quickdraw-dataset")  # who drew them


def propose() -> int:
    """Hang the samples in the gallery of a new site, once in its life; return how many.

    Who took them away, or had drawings before there were samples, does not get them again.
    """
    _, is_new = Milestone.objects.get_or_create(name=OFFERED)
    return add() if is_new and not Drawing.objects.exists() else 0


def dismiss() -> None:
    """See to it that nobody is offered the samples any more."""
    Milestone.objects.get_or_create(name=OFFERED)


@transaction.atomic
def add() -> int:
    """Hang all samples that do not hang already; return how many were new."""
    dismiss()
    lines = FILE.read_text().splitlines()
    return sum(_add(json.loads(line)) for line in reversed(lines))  # the newest hangs first


@transaction.atomic
def remove() -> int:
    """Take all samples away for good; return how many."""
    dismiss()
    return delete_drawings(_samples(), detail="samples")


def publish() -> bool:
    """Tell whether there are any."""
    return _samples().exists()


def _samples() -> DrawingQuerySet:
    return Drawing.objects.filter(contributor=PEOPLE)  # which an index finds


def _add(line: dict[str, Any]) -> bool:
    DoodleClass.objects.ensure([line["word"]])
    word = DoodleClass.objects.get(name=line["word"])
    answer = recognize_and_store(
        Sketch.of_strokes(line["drawing"]),
        Contributor(pk=PEOPLE),
        source=Drawing.Source.SAMPLE,
        prompt=word,
        idempotency_key=f"sample {line['word']}",
    )
    if not answer.repeated:
        approve(answer.drawing)  # somebody has looked at all of them
    return not answer.repeated

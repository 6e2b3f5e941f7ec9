"""Sample drawings from Quick, Draw!, which fill the gallery of a new site.

They ship in `starter/samples.ndjson`, chosen by `manage.py export_samples` from the test drawings. Google, Inc. made
them available under the Creative Commons Attribution 4.0 licence, https://creativecommons.org/licenses/by/4.0/.
Statistics, exports and training leave them out (`Drawing.objects.accepted`).
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
MILESTONE = "sample drawings were offered"
CONTRIBUTOR_ID = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/googlecreativelab/quickdraw-dataset")


def add_once() -> int:
    """Add the samples if this is a new site, at most once per database; return how many were added.

    A site that has drawings already, or had its samples removed, does not get them.
    """
    _, is_new = Milestone.objects.get_or_create(name=MILESTONE)
    return add() if is_new and not Drawing.objects.exists() else 0


def dismiss() -> None:
    """Make `add_once` add nothing from now on."""
    Milestone.objects.get_or_create(name=MILESTONE)


@transaction.atomic
def add() -> int:
    """Add the samples that are missing; return how many."""
    dismiss()
    lines = FILE.read_text().splitlines()
    return sum(_add(json.loads(line)) for line in reversed(lines))  # the gallery shows the first line first


@transaction.atomic
def remove() -> int:
    """Delete all samples; `add_once` does not add them again. Returns how many there were."""
    dismiss()
    return delete_drawings(_samples(), detail="samples")


def exist() -> bool:
    """Tell whether the site has any samples."""
    return _samples().exists()


def _samples() -> DrawingQuerySet:
    return Drawing.objects.filter(contributor=CONTRIBUTOR_ID)  # an indexed column


def _add(line: dict[str, Any]) -> bool:
    DoodleClass.objects.ensure([line["word"]])
    word = DoodleClass.objects.named(line["word"])
    answer = recognize_and_store(
        Sketch.of_strokes(line["drawing"]),
        Contributor(pk=CONTRIBUTOR_ID),
        source=Drawing.Source.SAMPLE,
        prompt=word,
        idempotency_key=f"sample {line['word']}",
    )
    if not answer.repeated:
        approve(answer.drawing)  # all samples were checked when they were chosen
    return not answer.repeated

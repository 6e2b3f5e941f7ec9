"""Drawings out of files that become drawings here: recognized, stored once, labelled with the word they came under."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.imaging.sketch import Sketch
from recognition.imaging.strokes import InvalidStrokes
from recognition.labeling.feedback import label_drawing
from recognition.models import Contributor, DoodleClass, Drawing
from recognition.submission import recognize_and_store
from recognition.transfer.npy import PIXELS, NotBitmaps, rows_in

LONGEST_LINE = 1 << 20  # bytes


class BadDrawing(ValueError):
    """A line or a row cannot be imported; the message says why."""


@dataclass(frozen=True)
class Candidate:
    """One drawing of a file."""

    place: str  # for messages
    word: str
    sketch: Sketch
    key: str  # the same drawing has the same key, so that it is stored once
    exported_as: uuid.UUID | None = None  # its id where it was exported, perhaps here


def candidates(path: Path, word: str | None) -> Iterator[Candidate | BadDrawing]:
    """Yield the drawings of an ndjson or npy file, and what cannot be one. Raises OSError.

    word: what they are; else an ndjson file's lines say it, and an npy file's name.
    """
    if path.suffix == ".npy":
        yield from _of_npy(path, word or path.stem)
        return
    with path.open("rb") as file:
        yield from of_lines(file, word, str(path), first=1)


def of_lines(file: IO[bytes], word: str | None, name: str, *, first: int) -> Iterator[Candidate | BadDrawing]:
    """Yield the drawings of lines, of which the first has that number in the file of that name."""
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=first):
        yield _of_line(line, word, f"{name}:{number}")


def of_bitmaps(content: bytes, word: str, name: str, *, first: int) -> Iterator[Candidate]:
    """Yield the drawings of bitmaps of 784 bytes each, likewise."""
    bitmaps = np.frombuffer(content, np.uint8).reshape(-1, SIZE, SIZE)
    for number, bitmap in enumerate(bitmaps, start=first):
        yield Candidate(f"{name}:{number}", word, Sketch(bitmap, None, 0.0), _key(word, bitmap.tobytes()))


def import_drawing(candidate: Candidate, contributor: Contributor, *, accept: bool) -> bool:
    """Store a drawing unless it is there already; tells whether it was new. Raises BadDrawing.

    accept: the contributor's word for it counts as feedback, else the label is only proposed.
    """
    label = DoodleClass.objects.named(candidate.word)
    if label is None:
        raise BadDrawing(f"{candidate.place}: There is no class “{candidate.word}”; add it first.")
    if candidate.exported_as and Drawing.objects.filter(pk=candidate.exported_as).exists():
        return False
    answer = recognize_and_store(
        candidate.sketch, contributor, source=Drawing.Source.IMPORT, prompt=label, idempotency_key=candidate.key
    )
    if accept:
        label_drawing(answer.drawing, contributor, label)
    return not answer.repeated


def _of_line(line: bytes, word: str | None, place: str) -> Candidate | BadDrawing:
    try:
        told = json.loads(line)
        sketch = Sketch.of_strokes(told["drawing"])
    except InvalidStrokes as error:
        return BadDrawing(f"{place}: {error}")
    except (ValueError, RecursionError, TypeError, KeyError):
        return BadDrawing(f'{place}: no drawing; a line is {{"word": "cat", "drawing": [[[x…], [y…]], …]}}.')
    word = word or told.get("word")
    if not isinstance(word, str) or not _is_text(word):
        return BadDrawing(f"{place}: no word; say what class the drawings are.")
    strokes = json.dumps(told["drawing"], separators=(",", ":")).encode()
    return Candidate(place, word, sketch, _key(word, strokes), _id_in(told))


def _is_text(word: str) -> bool:
    """Tell what a database can hold: JSON may spell halves of characters, and characters that end a text."""
    return "\0" not in word and not any("\ud800" <= letter <= "\udfff" for letter in word)


def _id_in(told: dict[str, Any]) -> uuid.UUID | None:
    """Return the id under which a site like this one exported it; Quick, Draw!'s own keys are numbers."""
    try:
        return uuid.UUID(told.get("key_id"))
    except (ValueError, TypeError, AttributeError):
        return None


def _of_npy(path: Path, word: str) -> Iterator[Candidate | BadDrawing]:
    with path.open("rb") as file:
        try:
            rows = rows_in(file, path.stat().st_size)
        except NotBitmaps as error:
            yield BadDrawing(f"{path}: {error}")
            return
        for number in range(1, rows + 1):
            yield from of_bitmaps(file.read(PIXELS), word, str(path), first=number)


def _key(word: str, content: bytes) -> str:
    return f"import {hashlib.sha256(word.encode() + b'/' + content).hexdigest()}"

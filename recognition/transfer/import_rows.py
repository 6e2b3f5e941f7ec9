"""Parses ndjson and npy files and imports their drawings: recognized, stored once and labelled with their word."""

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
from recognition.transfer.npy import PIXELS, InvalidNpy, read_npy_header

MAX_LINE_BYTES = 1 << 20


class InvalidRow(ValueError):
    """A line or a bitmap cannot be imported; the message says where and why."""


class UnknownWord(InvalidRow):
    """A row's word is no class."""

    def __init__(self, place: str, word: str) -> None:
        super().__init__(f"{place}: There is no class “{word}”; add it first.")
        self.word = word


@dataclass(frozen=True)
class ParsedDrawing:
    """One drawing of a file."""

    place: str  # file and row number, for messages
    word: str
    sketch: Sketch
    key: str  # idempotency key: a hash of word and drawing, so that the same drawing is stored once
    exported_as: uuid.UUID | None = None  # its id on the site that exported it, which may be this one


def parse_file(path: Path, word: str | None) -> Iterator[ParsedDrawing | InvalidRow]:
    """Yield the drawings of an ndjson or npy file, and an error for each invalid row. Raises OSError.

    word: the class of all drawings; None takes it from each line of an ndjson file, or from the name of an npy file.
    """
    if path.suffix == ".npy":
        yield from _parse_npy(path, word or path.stem)
        return
    with path.open("rb") as file:
        yield from parse_lines(file, word, str(path), first=1)


def parse_lines(file: IO[bytes], word: str | None, name: str, *, first: int) -> Iterator[ParsedDrawing | InvalidRow]:
    """Yield the drawings of ndjson lines; `name` of the file and number of the `first` line are for messages."""
    for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES), b""), start=first):
        yield _parse_line(line, word, f"{name}:{number}")


def parse_bitmaps(content: bytes, word: str, name: str, *, first: int) -> Iterator[ParsedDrawing]:
    """Yield the drawings of bitmaps, uint8 (n, 784); `name` of the file and number of the `first` are for messages."""
    bitmaps = np.frombuffer(content, np.uint8).reshape(-1, SIZE, SIZE)
    for number, bitmap in enumerate(bitmaps, start=first):
        yield ParsedDrawing(f"{name}:{number}", word, Sketch(bitmap, None, 0.0), _key(word, bitmap.tobytes()))


def import_drawing(parsed: ParsedDrawing, contributor: Contributor, *, accept: bool) -> bool:
    """Store a drawing unless it exists already; return whether it is new. Raises InvalidRow.

    accept: store the word as the contributor's feedback; otherwise the label is only proposed.
    """
    label = DoodleClass.objects.named(parsed.word)
    if label is None:
        raise UnknownWord(parsed.place, parsed.word)
    if parsed.exported_as and Drawing.objects.filter(pk=parsed.exported_as).exists():
        return False
    answer = recognize_and_store(
        parsed.sketch, contributor, source=Drawing.Source.IMPORT, prompt=label, idempotency_key=parsed.key
    )
    if accept:
        label_drawing(answer.drawing, contributor, label)
    return not answer.repeated


def _parse_line(line: bytes, word: str | None, place: str) -> ParsedDrawing | InvalidRow:
    try:
        fields = json.loads(line)
        sketch = Sketch.of_strokes(fields["drawing"], fields.get("pens"))
    except InvalidStrokes as error:
        return InvalidRow(f"{place}: {error}")
    except (ValueError, RecursionError, TypeError, KeyError):
        return InvalidRow(f'{place}: no drawing; a line is {{"word": "cat", "drawing": [[[x…], [y…]], …]}}.')
    word = word or fields.get("word")
    if not isinstance(word, str) or not _is_text(word):
        return InvalidRow(f"{place}: no word; say what class the drawings are.")
    strokes = json.dumps(fields["drawing"], separators=(",", ":")).encode()
    return ParsedDrawing(place, word, sketch, _key(word, strokes), _id_in(fields))


def _is_text(word: str) -> bool:
    """Tell whether a database can store a string: JSON may contain lone surrogates and NUL characters."""
    return "\0" not in word and not any("\ud800" <= letter <= "\udfff" for letter in word)


def _id_in(fields: dict[str, Any]) -> uuid.UUID | None:
    """Return the id of a drawing that a doodlesite exported; Quick, Draw!'s own keys are no UUIDs."""
    try:
        return uuid.UUID(fields.get("key_id"))
    except (ValueError, TypeError, AttributeError):
        return None


def _parse_npy(path: Path, word: str) -> Iterator[ParsedDrawing | InvalidRow]:
    with path.open("rb") as file:
        try:
            rows = read_npy_header(file, path.stat().st_size)
        except InvalidNpy as error:
            yield InvalidRow(f"{path}: {error}")
            return
        for number in range(1, rows + 1):
            yield from parse_bitmaps(file.read(PIXELS), word, str(path), first=number)


def _key(word: str, content: bytes) -> str:
    return f"import {hashlib.sha256(word.encode() + b'/' + content).hexdigest()}"

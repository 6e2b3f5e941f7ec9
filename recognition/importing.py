"""Drawings out of files that become drawings here: recognized, stored once, labelled with the word they came under."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from recognition.bitmap import SIZE
from recognition.models import Contributor, DoodleClass, Drawing
from recognition.services import recognize_and_store, say_what_it_is
from recognition.sketch import Sketch
from recognition.strokes import InvalidStrokes

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


def candidates(path: Path, word: str | None) -> Iterator[Candidate | BadDrawing]:
    """Yield the drawings of an ndjson or npy file, and what cannot be one. Raises OSError.

    word: what they are; else an ndjson file's lines say it, and an npy file's name.
    """
    if path.suffix == ".npy":
        yield from _of_npy(path, word or path.stem)
        return
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
            yield _of_line(line, word, f"{path}:{number}")


def import_drawing(candidate: Candidate, contributor: Contributor, *, accept: bool) -> bool:
    """Store a drawing unless it is there already; tells whether it was new. Raises BadDrawing.

    accept: the contributor's word for it counts as feedback, else the label is only proposed.
    """
    label = DoodleClass.objects.named(candidate.word)
    if label is None:
        raise BadDrawing(f"{candidate.place}: There is no class “{candidate.word}”; add it first.")
    answer = recognize_and_store(
        candidate.sketch, contributor, source=Drawing.Source.IMPORT, prompt=label, idempotency_key=candidate.key
    )
    if accept:
        say_what_it_is(answer.drawing, contributor, label)
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
    if not isinstance(word, str):
        return BadDrawing(f"{place}: no word; --class says what the drawings are.")
    strokes = json.dumps(told["drawing"], separators=(",", ":")).encode()
    return Candidate(place, word, sketch, _key(word, strokes))


def _of_npy(path: Path, word: str) -> Iterator[Candidate | BadDrawing]:
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        yield BadDrawing(f"{path}: no npy file ({error}).")
        return
    if rows.dtype != np.uint8 or rows.shape[1:] != (SIZE * SIZE,):
        yield BadDrawing(f"{path}: holds {rows.dtype} {rows.shape}, not uint8 (n, {SIZE * SIZE}).")
        return
    for number, row in enumerate(rows, start=1):
        started = perf_counter()
        bitmap = np.array(row).reshape(SIZE, SIZE)
        sketch = Sketch(bitmap, None, (perf_counter() - started) * 1000)
        yield Candidate(f"{path}:{number}", word, sketch, _key(word, bitmap.tobytes()))


def _key(word: str, content: bytes) -> str:
    return f"import {hashlib.sha256(word.encode() + b'/' + content).hexdigest()}"

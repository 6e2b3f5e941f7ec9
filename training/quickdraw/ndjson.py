"""Simplified strokes in ndjson files: one drawing a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from recognition.strokes import InvalidStrokes, Strokes, parse_strokes
from training.quickdraw.errors import CorruptFile

LONGEST_LINE = 1 << 20  # bytes; the longest official lines have some ten thousand


def read_drawings(path: Path, word: str) -> Iterator[Strokes]:
    """Yield the strokes of every line, in the file's order, holding one line in memory at a time.

    Raises CorruptFile, which names the line, or OSError, when it gets there.
    """
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
            try:
                yield parse_line(line, word)
            except CorruptFile as error:
                raise CorruptFile(f"line {number:,}: {error}") from error


def parse_line(line: bytes, word: str) -> Strokes:
    """Return the strokes of one line, which must be a drawing of `word`. Raises CorruptFile."""
    try:
        drawing = json.loads(line, parse_constant=_refuse)
        if not isinstance(drawing, dict) or drawing.get("word") != word:
            raise CorruptFile(f"not a drawing of “{word}”")
        return parse_strokes(drawing.get("drawing"))
    except (InvalidStrokes, RecursionError) as error:
        raise CorruptFile(str(error)) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CorruptFile(f"not JSON ({error})") from error


def _refuse(constant: str) -> NoReturn:
    raise CorruptFile(f"{constant} is no coordinate")

"""ndjson files of simplified strokes: one drawing a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from recognition.imaging.strokes import InvalidStrokes, Strokes, parse_strokes
from recognition.infra.words import word_key
from training.quickdraw.errors import CorruptFile

LOW_MEAN_LINE_BYTES = 300  # few categories have shorter mean lines, so a first request seldom fetches too much
SPARE_BYTES = 16_384  # added to an estimate from the mean line, so that a second request seldom fetches too little
MAX_LINE_BYTES = 1 << 20  # the longest official lines have some ten thousand


def read_drawings(path: Path, word: str) -> Iterator[Strokes]:
    """Yield the strokes of every line that is not blank in order, with one line in memory at a time.

    Raises CorruptFile, which names the line, or OSError, when it reaches a bad line.
    """
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES), b""), start=1):
            if not line.strip():
                continue
            try:
                yield parse_line(line, word)
            except CorruptFile as error:
                raise CorruptFile(f"line {number:,}: {error}") from error


def parse_line(line: bytes, word: str) -> Strokes:
    """Return the strokes of one line, which must be a drawing of `word`. Raises CorruptFile."""
    try:
        drawing = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, NaN, an endless number or depth
        raise CorruptFile(f"not JSON ({error})") from error
    said = drawing.get("word") if isinstance(drawing, dict) else None
    if said != word and not (isinstance(said, str) and word_key(said) == word_key(word)):
        raise CorruptFile(f"not a drawing of “{word}”")
    try:
        return parse_strokes(drawing.get("drawing"))
    except InvalidStrokes as error:
        raise CorruptFile(str(error)) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


@dataclass
class NdjsonRowCounter:
    """Counts the rows of an ndjson file as its bytes arrive."""

    size: int = 0  # bytes
    rows: int = 0

    def feed(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self.rows += chunk.count(b"\n")

    def missing_bytes(self, rows: int) -> int:
        """Estimate how many bytes are missing to `rows` rows; 0 when there are enough rows."""
        if self.rows >= rows:
            return 0
        if not self.rows:
            return rows * LOW_MEAN_LINE_BYTES + SPARE_BYTES
        return int((rows - self.rows) * self.size / self.rows) + SPARE_BYTES


def keep_rows(path: Path, rows: int, word: str) -> None:
    """Truncate a file after `rows` lines and check every remaining line; there must be one.

    Raises CorruptFile, OSError.
    """
    with path.open("r+b") as file:
        for _ in range(rows):
            if not file.readline(MAX_LINE_BYTES):
                break
        file.truncate(file.tell())
    if not sum(1 for _ in read_drawings(path, word)):
        raise CorruptFile("holds no rows")


def count_lines(path: Path, word: str) -> int:
    """Count the lines of a file that are not blank and check the first and the last one. Raises CorruptFile, OSError.

    Checking all of them would take a minute for every million.
    """
    first = last = b""
    rows = 0
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(MAX_LINE_BYTES), b""):
            if not line.isspace():
                first, last, rows = first or line, line, rows + 1
    if rows:
        _check_line("first", first, word)
        _check_line("last", last, word)
    return rows


def _check_line(which: str, line: bytes, word: str) -> None:
    try:
        parse_line(line, word)
    except CorruptFile as error:
        raise CorruptFile(f"its {which} line: {error}") from error

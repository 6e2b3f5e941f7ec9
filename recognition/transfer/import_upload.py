"""An uploaded file of drawings, cut into parts that are imported one by one: it is never in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile

from recognition.transfer.import_rows import LONGEST_LINE
from recognition.transfer.npy import PIXELS, NotBitmaps, rows_in

PART = 32_768  # bytes; some tens of drawings, which the database stores in a fraction of a second

Part = tuple[int, bytes]  # the number of its first row, and whole rows


class NotDrawings(ValueError):
    """The upload is no file that can be imported; the message says why."""


@dataclass(frozen=True)
class Received:
    is_npy: bool
    parts: Iterator[Part]


def receive(file: UploadedFile[bytes]) -> Received:
    """Look at the beginning of an uploaded file. Raises NotDrawings; its parts are read when they are taken."""
    name = PurePath(file.name or "")
    if name.suffix == ".npy":
        return Received(True, _parts_of_npy(file, _rows_of_npy(file)))
    if name.suffix not in (".ndjson", ".jsonl"):
        raise NotDrawings("Its name must end in .ndjson or .npy.")
    return Received(False, _parts_of_lines(file))


def _rows_of_npy(file: UploadedFile[bytes]) -> int:
    try:
        return rows_in(file, file.size or 0)
    except NotBitmaps as error:
        raise NotDrawings(str(error)) from error


def _parts_of_npy(file: UploadedFile[bytes], rows: int) -> Iterator[Part]:
    at_once = PART // PIXELS
    for first in range(0, rows, at_once):
        yield first + 1, file.read(min(at_once, rows - first) * PIXELS)


def _parts_of_lines(file: UploadedFile[bytes]) -> Iterator[Part]:
    first, lines, size = 1, [], 0
    for line in iter(lambda: file.readline(LONGEST_LINE), b""):
        lines.append(line)
        size += len(line)
        if size >= PART:
            yield first, b"".join(lines)
            first, lines, size = first + len(lines), [], 0
    if lines:
        yield first, b"".join(lines)

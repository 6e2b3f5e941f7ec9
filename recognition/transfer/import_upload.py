"""Splits an uploaded file of drawings into parts, which are imported one by one, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from recognition.transfer.files import read_rows
from recognition.transfer.rows import Row

PART_BYTES = 32_768  # some tens of drawings, which are stored in a fraction of a second
UNPACKED = 10  # times the size of an upload: what a gz file may unpack to

Part = tuple[int, bytes]  # the number of its first row, and complete lines of JSON


def split_upload(file: UploadedFile[bytes]) -> Iterator[Part]:
    """Yield the parts of an uploaded file. Raises InvalidFile, also after some parts."""
    content: IO[bytes] = file.file  # type: ignore[assignment]  # an upload has one
    first, size = 1, 0
    lines: list[bytes] = []
    for row in read_rows(content, file.name or "", UNPACKED * settings.UPLOAD_MOST_BYTES):
        blank = row.number - first - len(lines)  # lines, which keep the numbers of the others right
        if size + blank >= PART_BYTES or not lines:
            if lines:
                yield first, b"".join(lines)
            first, lines, size, blank = row.number, [], 0, 0
        lines += [b"\n"] * blank + [row.line + b"\n"]
        size += blank + len(row.line)
    if lines:
        yield first, b"".join(lines)


def rows_of_part(content: bytes, first: int) -> Iterator[Row]:
    """Yield the rows of a part."""
    for number, line in enumerate(content.split(b"\n"), start=first):
        if line:
            yield Row(number, line)

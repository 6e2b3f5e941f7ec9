"""Splits an uploaded file of drawings into parts, which are imported one by one, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile

from recognition.transfer.import_rows import MAX_LINE_BYTES
from recognition.transfer.npy import PIXELS, InvalidNpy, read_npy_header

PART_BYTES = 32_768  # some tens of drawings, which are stored in a fraction of a second

Part = tuple[int, bytes]  # the number of its first row, and complete rows


class InvalidUpload(ValueError):
    """The uploaded file cannot be imported; the message says why."""


@dataclass(frozen=True)
class Upload:
    """The format of an uploaded file, and its parts, which are read while iterating."""

    is_npy: bool
    parts: Iterator[Part]


def open_upload(file: UploadedFile[bytes]) -> Upload:
    """Check the name and the header of an uploaded file. Raises InvalidUpload."""
    name = PurePath(file.name or "")
    if name.suffix == ".npy":
        return Upload(True, _npy_parts(file, _npy_rows(file)))
    if name.suffix not in (".ndjson", ".jsonl"):
        raise InvalidUpload("Its name must end in .ndjson or .npy.")
    return Upload(False, _ndjson_parts(file))


def _npy_rows(file: UploadedFile[bytes]) -> int:
    try:
        return read_npy_header(file, file.size or 0)
    except InvalidNpy as error:
        raise InvalidUpload(str(error)) from error


def _npy_parts(file: UploadedFile[bytes], rows: int) -> Iterator[Part]:
    part_rows = PART_BYTES // PIXELS
    for first in range(0, rows, part_rows):
        yield first + 1, file.read(min(part_rows, rows - first) * PIXELS)


def _ndjson_parts(file: UploadedFile[bytes]) -> Iterator[Part]:
    first, lines, size = 1, [], 0
    for line in iter(lambda: file.readline(MAX_LINE_BYTES), b""):
        lines.append(line)
        size += len(line)
        if size >= PART_BYTES:
            yield first, b"".join(lines)
            first, lines, size = first + len(lines), [], 0
    if lines:
        yield first, b"".join(lines)

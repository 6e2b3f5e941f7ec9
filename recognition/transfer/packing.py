"""Writes and reads simplified drawings in Quick, Draw!'s binary format, as its examples/binary_file_parser.py reads it.

A key there has 64 bits: the last 64 bits of a drawing's id.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import IO

from recognition.imaging.simplify import simplify
from recognition.imaging.strokes import MAX_POINTS
from recognition.models import Drawing
from recognition.models.drawing import DrawingQuerySet
from recognition.transfer.ndjson import was_recognized, with_strokes
from recognition.transfer.rows import InvalidFile, Row

HEAD = struct.Struct("<Q2sbIH")  # no padding: the official parser reads field by field
KEY = 2**64 - 1
NOWHERE = "ZZ"  # instead of a country code, which is not collected


def packed_of(drawings: DrawingQuerySet) -> Iterator[bytes]:
    """Yield the bytes of each drawing with strokes."""
    return (packed(drawing) for drawing in with_strokes(drawings))


def packed(drawing: Drawing) -> bytes:
    seconds = int(drawing.created_at.timestamp())
    strokes = simplify(drawing.strokes or [])
    country = (drawing.countrycode or NOWHERE).encode()
    head = HEAD.pack(drawing.pk.int & KEY, country, was_recognized(drawing), seconds, len(strokes))
    return head + b"".join(struct.pack("<H", len(xs)) + bytes(xs) + bytes(ys) for xs, ys in strokes)


def read_packed(file: IO[bytes], word: str) -> Iterator[Row]:
    """Yield a row for each drawing, with the key as "packed_key". Raises InvalidFile, OSError."""
    number = 0
    while head := file.read(HEAD.size):
        number += 1
        try:
            key, country, recognized, seconds, count = HEAD.unpack(head)
            strokes = _read_strokes(file, count)
        except (struct.error, UnicodeDecodeError) as error:
            raise InvalidFile(f"It is no binary file, or cut off, after {number - 1:,} drawings.") from error
        fields = {"word": word, "countrycode": country.decode("latin-1"), "timestamp": seconds}
        fields |= {"recognized": bool(recognized), "packed_key": key, "drawing": strokes}
        yield Row(number, json.dumps(fields).encode())


def _read_strokes(file: IO[bytes], count: int) -> list[list[list[int]]]:
    """Read the strokes of a drawing. Raises struct.error for more than a drawing may have, too."""
    strokes: list[list[list[int]]] = []
    left = MAX_POINTS
    for _ in range(count):
        (points,) = struct.unpack("<H", file.read(2))
        left -= points
        if left < 0:
            raise struct.error("too many points")
        xs, ys = struct.unpack(f"{points}s{points}s", file.read(2 * points))
        strokes.append([list(xs), list(ys)])
    return strokes

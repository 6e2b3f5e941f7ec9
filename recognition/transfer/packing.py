"""Writes simplified drawings in Quick, Draw!'s binary format, as its examples/binary_file_parser.py reads it.

A key there has 64 bits: the last 64 bits of a drawing's id.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from recognition.imaging.simplify import simplify
from recognition.models import Drawing
from recognition.models.drawing import DrawingQuerySet
from recognition.transfer.ndjson import was_recognized, with_strokes

KEY = 2**64 - 1
NOWHERE = b"ZZ"  # instead of a country code, which is not collected


def packed_of(drawings: DrawingQuerySet) -> Iterator[bytes]:
    """Yield the bytes of each drawing with strokes."""
    return (packed(drawing) for drawing in with_strokes(drawings))


def packed(drawing: Drawing) -> bytes:
    seconds = int(drawing.created_at.timestamp())
    strokes = simplify(drawing.strokes or [])
    head = struct.pack(
        "<Q2sbIH", drawing.pk.int & KEY, NOWHERE, was_recognized(drawing), seconds, len(strokes)
    )  # no padding: the official parser reads field by field
    return head + b"".join(struct.pack("<H", len(xs)) + bytes(xs) + bytes(ys) for xs, ys in strokes)

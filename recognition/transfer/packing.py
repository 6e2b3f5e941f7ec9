"""Simplified drawings as bytes, as Quick, Draw!'s binary files have them.

Its own examples/binary_file_parser.py reads them. There a key is a number of 64 bits: the last ones of our ids.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from recognition.imaging.simplify import simplify
from recognition.models import Drawing
from recognition.models.drawing import DrawingQuerySet
from recognition.transfer.ndjson import stroked, was_recognized

KEY = 2**64 - 1
NOWHERE = b"ZZ"  # instead of a country's code, which is not asked for


def packed_of(drawings: DrawingQuerySet) -> Iterator[bytes]:
    """Yield the bytes of each drawing that has strokes."""
    return (packed(drawing) for drawing in stroked(drawings))


def packed(drawing: Drawing) -> bytes:
    seconds = int(drawing.created_at.timestamp())
    strokes = simplify(drawing.strokes or [])
    head = struct.pack(
        "<Q2sbIH", drawing.pk.int & KEY, NOWHERE, was_recognized(drawing), seconds, len(strokes)
    )  # as the official parser reads it, field by field: without padding
    return head + b"".join(struct.pack("<H", len(xs)) + bytes(xs) + bytes(ys) for xs, ys in strokes)

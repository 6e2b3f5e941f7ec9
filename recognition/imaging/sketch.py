"""A drawing before it is stored: validated, with the bitmap for the network."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from recognition.imaging.bitmap import Bitmap
from recognition.imaging.canvas import round_numbers
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Pens, Strokes, parse_pens, parse_strokes
from recognition.imaging.uploaded_image import find_drawing

# A picture may show anything, or be read wrongly: its label must be likelier than all others together. Confidence is
# calibrated, so that this means the same for every version.
PICTURE_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Sketch:
    bitmap: Bitmap
    strokes: Strokes | None  # None for an uploaded image
    milliseconds: float  # taken to make the bitmap
    pens: Pens | None = None  # of the strokes; None draws all with the default pen
    least_confidence: float = 0.0  # that an answer needs; with less it is "I don't know"

    @classmethod
    def of_strokes(cls, value: Any, pens: object = None) -> Sketch:
        """Make a sketch of untrusted strokes, which are rounded first, and pens. Raises InvalidStrokes, InvalidPens."""
        strokes = round_numbers(parse_strokes(value))
        parsed_pens = parse_pens(pens, value)
        started = time.perf_counter()
        bitmap = rasterize(strokes)
        return cls(bitmap, strokes, _milliseconds_since(started), parsed_pens)

    @classmethod
    def of_image(cls, file: bytes) -> Sketch:
        """Make a sketch of an untrusted image file. Raises InvalidImage."""
        started = time.perf_counter()
        found = find_drawing(file)
        least = PICTURE_CONFIDENCE if found.is_clear else 1.0
        return cls(found.bitmap, None, _milliseconds_since(started), least_confidence=least)


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000

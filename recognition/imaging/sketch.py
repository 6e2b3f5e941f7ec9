"""A drawing before it is stored: validated, with the bitmap for the network."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from recognition.imaging.bitmap import Bitmap
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Pens, Strokes, parse_pens, parse_strokes
from recognition.imaging.uploaded_image import image_to_bitmap


@dataclass(frozen=True)
class Sketch:
    bitmap: Bitmap
    strokes: Strokes | None  # None for an uploaded image
    milliseconds: float  # taken to make the bitmap
    pens: Pens | None = None  # of the strokes; None draws all with the default pen

    @classmethod
    def of_strokes(cls, value: Any, pens: object = None) -> Sketch:
        """Make a sketch of untrusted strokes and pens. Raises InvalidStrokes, of pens InvalidPens."""
        strokes = parse_strokes(value)
        parsed_pens = parse_pens(pens, value)
        started = time.perf_counter()
        bitmap = rasterize(strokes)
        return cls(bitmap, strokes, _milliseconds_since(started), parsed_pens)

    @classmethod
    def of_image(cls, file: bytes) -> Sketch:
        """Make a sketch of an untrusted image file. Raises InvalidImage."""
        started = time.perf_counter()
        bitmap = image_to_bitmap(file)
        return cls(bitmap, None, _milliseconds_since(started))


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000

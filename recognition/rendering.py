"""Drawings as files that people look at: PNG and SVG."""

from __future__ import annotations

from recognition.bitmap import Bitmap
from recognition.strokes import Strokes


def png_of(bitmap: Bitmap) -> bytes:
    raise NotImplementedError


def svg_of(strokes: Strokes) -> str:
    raise NotImplementedError

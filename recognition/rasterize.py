"""Strokes → the 28×28 picture that the network sees."""

from __future__ import annotations

from recognition.bitmap import Bitmap
from recognition.strokes import Strokes


def rasterize(strokes: Strokes) -> Bitmap:
    raise NotImplementedError

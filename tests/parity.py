"""Official drawings known both as strokes and as bitmaps: what our pictures are held against."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recognition.imaging.bitmap import Bitmap
from recognition.imaging.strokes import Strokes

QUICKDRAW = Path(os.environ.get("QUICKDRAW_DIR") or Path(__file__).resolve().parents[2] / "shared" / "quickdraw")
FOLDER = QUICKDRAW / "parity"


class Parity(NamedTuple):
    """What was asked for, the official strokes and the official bitmap (28, 28) of each drawing, in the same order."""

    words: list[str]
    strokes: list[Strokes]
    bitmaps: Bitmap


def read() -> Parity:
    drawings = [json.loads(line) for line in (FOLDER / "strokes.ndjson").read_text().splitlines()]
    bitmaps = np.load(FOLDER / "bitmaps.npy").reshape(-1, 28, 28)
    return Parity([drawing["word"] for drawing in drawings], [drawing["drawing"] for drawing in drawings], bitmaps)

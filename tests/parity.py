"""Official drawings known both as strokes and as bitmaps: what our pictures are held against."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recognition.bitmap import Bitmap
from recognition.strokes import Strokes

QUICKDRAW = Path(os.environ.get("QUICKDRAW_DIR") or Path(__file__).resolve().parents[2] / "shared" / "quickdraw")
FOLDER = QUICKDRAW / "parity"


class Parity(NamedTuple):
    strokes: list[Strokes]
    bitmaps: Bitmap  # (n, 28, 28), in the same order


def read() -> Parity:
    lines = (FOLDER / "strokes.ndjson").read_text().splitlines()
    return Parity([json.loads(line)["drawing"] for line in lines], np.load(FOLDER / "bitmaps.npy").reshape(-1, 28, 28))

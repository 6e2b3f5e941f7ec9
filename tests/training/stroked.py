"""Official files of simple drawings with both strokes and bitmaps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from tests.training.doodles import doodle
from training.quickdraw.folder import QuickDrawFolder


def strokes_of_kind(kind: str, count: int, seed: int = 0) -> list[Strokes]:
    random = np.random.default_rng(seed)
    return [doodle(kind, random) for _ in range(count)]


def save_stroked(
    root: Path, name: str, strokes: Sequence[Strokes], bitmaps_of: Sequence[Strokes] | None = None
) -> QuickDrawFolder:
    """Save the official files of one class, the bitmaps drawn from the strokes or from others."""
    lines = [json.dumps({"word": name, "drawing": one}) + "\n" for one in strokes]
    bitmaps = [rasterize(one).reshape(784) for one in bitmaps_of or strokes]
    simplified, numpy_bitmap = (root / "full" / form for form in ("simplified", "numpy_bitmap"))
    for folder in (simplified, numpy_bitmap):
        folder.mkdir(parents=True, exist_ok=True)
    (simplified / f"{name}.ndjson").write_text("".join(lines))
    np.save(numpy_bitmap / f"{name}.npy", bitmaps)
    return QuickDrawFolder(root)

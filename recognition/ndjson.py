"""Drawings as a file in Quick, Draw!'s own format: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from recognition.models import Drawing
from recognition.models.drawing import DrawingQuerySet

CHUNK = 500  # drawings in memory at a time


def lines_of(drawings: DrawingQuerySet) -> Iterator[str]:
    """Yield a line for each drawing that has strokes; an uploaded image has none."""
    stroked = drawings.filter(strokes__isnull=False).select_related("label").defer("bitmap")
    for drawing in stroked.with_predictions().iterator(CHUNK):
        yield line_of(drawing)


def line_of(drawing: Drawing) -> str:
    """Return a drawing that has strokes as one line; its word is null while nobody said what it is."""
    return json.dumps(_as_official(drawing), separators=(",", ":")) + "\n"


def _as_official(drawing: Drawing) -> dict[str, Any]:
    prediction = drawing.first_prediction()
    word = drawing.label and drawing.label.name
    return {
        "word": word,
        "countrycode": None,  # not asked for
        "timestamp": f"{drawing.created_at:%Y-%m-%d %H:%M:%S.%f} UTC",
        "recognized": prediction is not None and prediction.label == word,
        "key_id": str(drawing.pk),
        "drawing": drawing.strokes,
    }

"""Drawings as a file in Quick, Draw!'s own format: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from recognition.imaging.simplify import simplify
from recognition.models import Drawing
from recognition.models.drawing import DrawingQuerySet

CHUNK = 500  # drawings in memory at a time


def lines_of(drawings: DrawingQuerySet) -> Iterator[str]:
    """Yield a line for each drawing that has strokes; an uploaded image has none."""
    return (line_of(drawing) for drawing in stroked(drawings))


def simplified_lines_of(drawings: DrawingQuerySet) -> Iterator[str]:
    """Yield the same with simplified strokes."""
    return (
        _line(_as_official(drawing) | {"drawing": simplify(drawing.strokes or [])}) for drawing in stroked(drawings)
    )


def stroked(drawings: DrawingQuerySet) -> Iterator[Drawing]:
    """Yield the drawings that have strokes with all that a file says of them, a few at a time."""
    found = drawings.filter(strokes__isnull=False).select_related("label").defer("bitmap")
    return found.with_predictions().iterator(CHUNK)


def line_of(drawing: Drawing) -> str:
    """Return a drawing that has strokes as one line; its word is null while nobody said what it is."""
    return _line(_as_official(drawing))


def was_recognized(drawing: Drawing) -> bool:
    prediction = drawing.first_prediction()
    return prediction is not None and drawing.label is not None and prediction.label == drawing.label.name


def _line(facts: dict[str, Any]) -> str:
    return json.dumps(facts, separators=(",", ":")) + "\n"


def _as_official(drawing: Drawing) -> dict[str, Any]:
    return {
        "word": drawing.label and drawing.label.name,
        "countrycode": None,  # not asked for
        "timestamp": f"{drawing.created_at:%Y-%m-%d %H:%M:%S.%f} UTC",
        "recognized": was_recognized(drawing),
        "key_id": str(drawing.pk),
        "drawing": drawing.strokes,
    }

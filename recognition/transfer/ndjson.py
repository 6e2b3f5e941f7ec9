"""Writes drawings in Quick, Draw!'s ndjson format: one JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from recognition.imaging.simplify import simplify
from recognition.models import Drawing
from recognition.models.drawing import DrawingQuerySet

CHUNK_ROWS = 500  # drawings in memory at a time
# What `exported_lines` reads of other tables.
KNOWN = ("contributor", "prompt", "feedback__contributor", "feedback__label", "feedback__proposal")


def ndjson_lines(drawings: DrawingQuerySet) -> Iterator[str]:
    """Yield a line for each drawing with strokes; uploaded images have none."""
    return (ndjson_line(drawing) for drawing in with_strokes(drawings))


def exported_lines(drawings: DrawingQuerySet, *, simplified: bool) -> Iterator[str]:
    """Yield a line for each drawing with strokes, with all that another site needs to know of it."""
    for drawing in with_strokes(drawings.prefetch_related(*KNOWN)):
        strokes = simplify(drawing.strokes or []) if simplified else drawing.strokes
        yield _line(_quickdraw_fields(drawing) | {"drawing": strokes} | known_fields(drawing))


def exported_details(drawing: Drawing) -> str:
    """Return the line of a drawing without its strokes and pixels."""
    fields = _quickdraw_fields(drawing) | known_fields(drawing)
    return _line({name: value for name, value in fields.items() if name not in ("drawing", "pens")})


def known_fields(drawing: Drawing) -> dict[str, Any]:
    """Return the fields of our own that an import reads: feedback, and people as pseudonyms."""
    is_independent = drawing.source != Drawing.Source.GAME  # a round of the game ends when the network is right
    fields = {
        "prompt": drawing.prompt and is_independent and drawing.prompt.name,
        "status": drawing.status,
        "moderation": drawing.moderation,
        "contributor": str(drawing.contributor.pseudonym),
        "feedback": [
            {
                "contributor": str(entry.contributor.pseudonym),
                "label": entry.label and entry.label.name,
                **({"word": entry.proposal.name} if entry.proposal else {}),
                "correct": entry.correct,
                "by_staff": entry.by_staff,
                "provisional": entry.provisional,
                "at": entry.updated_at.isoformat(),
            }
            for entry in drawing.feedback.all()
        ],
    }
    return {name: value for name, value in fields.items() if value}


def with_strokes(drawings: DrawingQuerySet) -> Iterator[Drawing]:
    """Yield the drawings with strokes, with their labels and predictions, in chunks from the database."""
    stroked = drawings.filter(strokes__isnull=False).select_related("label").defer("bitmap")
    return stroked.with_predictions().iterator(CHUNK_ROWS)


def ndjson_line(drawing: Drawing) -> str:
    """Return a drawing with strokes as one line; its word is null while it has no label."""
    return _line(_quickdraw_fields(drawing))


def was_recognized(drawing: Drawing) -> bool:
    """Tell whether the first prediction equals the label, as Quick, Draw! defines `recognized`."""
    prediction = drawing.first_prediction()
    return prediction is not None and drawing.label is not None and prediction.label == drawing.label.name


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, separators=(",", ":")) + "\n"


def _quickdraw_fields(drawing: Drawing) -> dict[str, Any]:
    pens = {"pens": drawing.pens} if drawing.pens else {}  # a key of our own
    return {
        "word": drawing.label and drawing.label.name,
        "countrycode": drawing.countrycode,  # only of imported drawings
        "timestamp": f"{drawing.created_at:%Y-%m-%d %H:%M:%S.%f} UTC",
        "recognized": was_recognized(drawing),
        "key_id": str(drawing.pk),
        "drawing": drawing.strokes,
        **pens,
    }

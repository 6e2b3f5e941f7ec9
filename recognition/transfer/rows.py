"""The rows of files of drawings: each is a JSON object, whatever the file is."""

from __future__ import annotations

import json
import re
import uuid
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.sketch import Sketch
from recognition.imaging.strokes import InvalidStrokes
from recognition.infra.words import is_storable
from recognition.labeling.word_proposals import normalized
from recognition.models import Drawing

MAX_ROW_BYTES = 1 << 20
PIXELS = SIZE * SIZE  # bytes of a bitmap
FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)  # the first that Quick, Draw!'s binary files can have
MAX_CLOCK_ERROR = timedelta(days=1)
MAX_FEEDBACK = 1_000  # of one drawing
_COUNTRY = re.compile(r"[A-Z]{2}")

Moderation = Drawing.Moderation


class InvalidFile(ValueError):
    """The file cannot be read, or no further; the message says why and what to do."""


class InvalidRow(ValueError):
    """A row cannot be imported; the message says where and why."""


class _InvalidField(ValueError):
    """A field of a row has no sense; the message says why."""


@dataclass(frozen=True)
class Row:
    """One drawing of a file."""

    number: int  # line, element or bitmap of the file, from 1
    line: bytes  # JSON with the strokes as "drawing", or pixels as "bitmap", without a line break

    @classmethod
    def of_bitmap(cls, number: int, bitmap: Bitmap, fields: Mapping[str, Any]) -> Row:
        """Make a row of pixels, uint8 (784,), white ink on black."""
        return cls(number, json.dumps({**fields, "bitmap": b64encode(bitmap.tobytes()).decode()}).encode())

    def fields(self) -> dict[str, Any]:
        """Return the JSON object. Raises InvalidStrokes."""
        try:
            fields = json.loads(self.line)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict) or not fields.keys() & {"drawing", "bitmap"}:
            raise InvalidStrokes('no drawing; a line is {"word": "cat", "drawing": [[[x…], [y…]], …]}.')
        return fields


def sketch_of(fields: Mapping[str, Any]) -> Sketch:
    """Return the drawing of a row's fields. Raises InvalidStrokes."""
    if "drawing" in fields:
        return Sketch.of_strokes(fields["drawing"], fields.get("pens"))
    try:
        bitmap = np.frombuffer(b64decode(fields["bitmap"], validate=True), np.uint8).reshape(SIZE, SIZE)
    except (ValueError, TypeError) as error:
        raise InvalidStrokes(f"bitmap must be {PIXELS} bytes in base64, white ink on black, row by row.") from error
    return Sketch(bitmap, None, 0.0)


@dataclass(frozen=True)
class PastFeedback:
    """Feedback that a drawing had on the site that exported it."""

    contributor: uuid.UUID  # pseudonym
    word: str | None
    proposal: str | None  # a word that is no class
    correct: bool
    by_staff: bool
    provisional: bool
    at: datetime


@dataclass(frozen=True)
class ParsedDrawing:
    """One drawing of a file."""

    place: str  # file and row number, for messages
    word: str
    sketch: Sketch
    content: bytes  # the drawing as the file has it
    id: uuid.UUID | None = None  # on the site that exported it, which may be this one
    packed_key: int | None = None  # the last 64 bits of an id
    recognized: bool = False
    proposed: bool = False  # its word was only proposed there
    prompt: str = ""  # what was asked for there, outside of the game
    drawn_at: datetime | None = None
    countrycode: str | None = None
    moderation: str = ""
    contributor: uuid.UUID | None = None  # pseudonym
    feedback: Sequence[PastFeedback] = ()


def parse_row(row: Row, word: str | None, name: str) -> ParsedDrawing | InvalidRow:
    """Return the drawing of a row, or why there is none; `name` of the file is for messages."""
    place = f"{name}:{row.number}"
    try:
        fields = row.fields()
        sketch = sketch_of(fields)
        word = _text(word or fields.get("word"))
        if not word:
            return InvalidRow(f"{place}: no word; say what class the drawings are.")
        return ParsedDrawing(
            place,
            word,
            sketch,
            sketch.bitmap.tobytes() if sketch.strokes is None else _json_bytes(fields["drawing"]),
            id=_uuid(fields.get("key_id")),
            packed_key=fields.get("packed_key") if isinstance(fields.get("packed_key"), int) else None,
            recognized=fields.get("recognized") is True,
            proposed=fields.get("status") == Drawing.Status.PROPOSED,
            prompt=_text(fields.get("prompt")),
            drawn_at=_moment(fields.get("timestamp")),
            countrycode=_country(fields.get("countrycode")),
            moderation=fields["moderation"] if fields.get("moderation") in Moderation.values else "",
            contributor=_uuid(fields.get("contributor")),
            feedback=_past_feedback(fields.get("feedback")),
        )
    except (InvalidStrokes, _InvalidField) as error:
        return InvalidRow(f"{place}: {error}")


def _json_bytes(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _text(word: object) -> str:
    """Return a word that a database can store, trimmed; "" for others."""
    return word.strip() if isinstance(word, str) and is_storable(word) else ""


def _uuid(value: object) -> uuid.UUID | None:
    """Return an id that a doodlesite exported; Quick, Draw!'s own keys are no UUIDs."""
    try:
        return uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _country(value: object) -> str | None:
    code = value.upper() if isinstance(value, str) else ""
    return code if _COUNTRY.fullmatch(code) and code != "ZZ" else None


def _moment(value: object) -> datetime | None:
    """Return a time as Quick, Draw! has it, "2017-03-01 21:47:35.69 UTC", ISO 8601 or Unix seconds."""
    if value in (None, ""):
        return None
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip().removesuffix("UTC").strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, UTC)
        else:
            raise TypeError
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise _InvalidField("timestamp must be a time such as 2017-03-01 21:47:35.69 UTC, or left out.") from error
    if not FIRST_MOMENT <= moment <= timezone.now() + MAX_CLOCK_ERROR:
        raise _InvalidField("timestamp must be between 1970 and now, or left out.")
    return moment


def _past_feedback(value: object) -> Sequence[PastFeedback]:
    """Return the feedback as an export writes it. Raises _InvalidField."""
    if value is None:
        return ()
    try:
        if not isinstance(value, list) or len(value) > MAX_FEEDBACK:
            raise TypeError
        return [_past(entry) for entry in value]
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise _InvalidField("feedback must be as an export writes it, or left out.") from error


def _past(entry: dict[str, Any]) -> PastFeedback:
    contributor, at, word = _uuid(entry["contributor"]), _moment(entry["at"]), entry["label"]
    if contributor is None or at is None or not (word is None or _text(word)):
        raise ValueError
    correct, by_staff, provisional = (entry[name] is True for name in ("correct", "by_staff", "provisional"))
    proposal = normalized(entry["word"]) if entry.get("word") else None
    return PastFeedback(contributor, word and _text(word), proposal, correct, by_staff, provisional, at)

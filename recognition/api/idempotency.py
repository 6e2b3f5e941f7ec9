"""The Idempotency-Key header: what it may be, and which requests are the same.

As draft-ietf-httpapi-idempotency-key-header has it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recognition.imaging.sketch import Sketch
from recognition.models import DoodleClass

HEADER = "Idempotency-Key"
DIGEST_BYTES = 16

_KEY = serializers.RegexField(r"^[!-~]+$", max_length=128)  # what a header can carry: visible ASCII


def idempotency_key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    try:
        return None if key is None else _KEY.run_validation(key)
    except ValidationError as error:
        raise ValidationError({HEADER: error.detail}) from error


def request_digest(validated: Mapping[str, Any]) -> str:
    """Return a hash, 32 hex digits, of what a request asks for: the same for the same content in other JSON."""
    content = {name: value for name, value in validated.items() if value}
    text = json.dumps(content, default=_as_json, sort_keys=True)
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()


def _as_json(value: object) -> object:
    match value:
        case Sketch(strokes=None):
            return value.bitmap.tobytes().hex()
        case Sketch(strokes=list(strokes)):
            return [[[list(map(float, axis)) for axis in stroke] for stroke in strokes], value.pens]
        case DoodleClass():
            return value.pk
        case UUID():
            return str(value)
    raise TypeError(f"A request has no {type(value)}.")

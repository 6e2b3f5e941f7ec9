"""Serializer fields for strokes, images and class names."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from recognition.imaging.sketch import Sketch
from recognition.imaging.strokes import LIMITS, MAX_POINTS, MAX_STROKES, PEN_COLOURS, PEN_WIDTHS, InvalidStrokes
from recognition.imaging.uploaded_image import InvalidImage
from recognition.infra.words import MAX_LETTERS, InvalidWord, tidy_word
from recognition.labeling.word_proposals import normalized
from recognition.models import DoodleClass

NUMBER_SCHEMA = {"type": "number", "minimum": -max(LIMITS.values()), "maximum": max(LIMITS.values())}
STROKES_SCHEMA: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": MAX_STROKES,
    "items": {
        "type": "array",
        "minItems": 2,
        "maxItems": 3,
        "items": {"type": "array", "minItems": 1, "maxItems": MAX_POINTS, "items": NUMBER_SCHEMA},
    },
    "description": "[[[x…], [y…], [t…]], …], equally many each, in any unit, within ±1,000,000, y down; "
    "t in milliseconds may be left out",
    "example": [[[10, 90, 50, 10], [80, 80, 10, 80]]],
}
PENS_SCHEMA: dict[str, Any] = {
    "type": "array",
    "maxItems": MAX_STROKES,
    "items": {
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "items": {"type": "string", "enum": [*PEN_COLOURS, *PEN_WIDTHS]},
    },
    "description": "[[colour, width], …], at most one for each stroke; the others are medium ink. "
    "People see it, the network does not.",
    "example": [["blue", "thick"]],
}
_TEXT = serializers.CharField(max_length=4 * MAX_LETTERS)  # a letter may be several characters before it is composed


@extend_schema_field(STROKES_SCHEMA)
class StrokesField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: object) -> Sketch:
        try:
            return Sketch.of_strokes(data)
        except InvalidStrokes as error:
            raise ValidationError(str(error)) from error


@extend_schema_field(PENS_SCHEMA)
class PensField(serializers.Field[Any, Any, Any, Any]):
    """Pens that are checked together with their strokes."""

    def to_internal_value(self, data: object) -> object:
        return data


@extend_schema_field({"type": "string", "description": "PNG, JPEG or WebP as a data URL or base64"})
class ImageField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: object) -> Sketch:
        try:
            return Sketch.of_image(data.read() if isinstance(data, UploadedFile) else _decode(data))
        except InvalidImage as error:
            raise ValidationError(str(error)) from error


def _decode(data: object) -> bytes:
    """Return the bytes of a data URL or of base64 text. Raises InvalidImage."""
    if not isinstance(data, str):
        raise InvalidImage("image must be a data URL, base64 or an uploaded file.")
    if data.startswith("data:"):
        head, _, data = data.partition(",")
        if not head.endswith(";base64"):
            raise InvalidImage("image is a data URL, but not of the form data:image/png;base64,….")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidImage(f"image is not valid base64: {error}.") from error


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": MAX_LETTERS, "example": "cat"})
class ClassField(serializers.Field[Any, Any, Any, Any]):
    """The name of a class, in any case and Unicode form."""

    def to_internal_value(self, data: object) -> DoodleClass:
        name = _TEXT.run_validation(data)
        doodle_class = DoodleClass.objects.named(name)
        if doodle_class is None:
            raise ValidationError(DoodleClass.objects.all().unknown(name))
        return doodle_class


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": MAX_LETTERS, "example": "yacht"})
class NameField(serializers.Field[Any, Any, Any, Any]):
    """The name of a new class."""

    tidy = staticmethod(tidy_word)

    def to_internal_value(self, data: object) -> str:
        try:
            return self.tidy(_TEXT.run_validation(data))
        except InvalidWord as error:
            raise ValidationError(str(error)) from error


class WordField(NameField):
    """A word that may become a class."""

    tidy = staticmethod(normalized)

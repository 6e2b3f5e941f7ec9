"""Serializer fields for strokes, images and class names."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from recognition.api.serializers.image_text import decode_base64
from recognition.api.serializers.stroke_formats import StrokeFormat, parse_format
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
_POINT_SCHEMAS: list[dict[str, Any]] = [
    {
        "type": "object",
        "properties": {"x": NUMBER_SCHEMA, "y": NUMBER_SCHEMA, "t": {"type": "number", "nullable": True}},
        "required": ["x", "y"],
    },
    {"type": "array", "minItems": 2, "maxItems": 3, "items": NUMBER_SCHEMA},
]
SENT_STROKES_SCHEMA: dict[str, Any] = {
    "anyOf": [
        STROKES_SCHEMA,
        {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_STROKES,
            "items": {"type": "array", "minItems": 1, "maxItems": MAX_POINTS, "items": {"anyOf": _POINT_SCHEMAS}},
            "description": "format=points: [[{x, y, t}, …], …] or [[[x, y, t], …], …]; t may be left out, other keys "
            "are ignored",
            "example": [[{"x": 10, "y": 80}, {"x": 90, "y": 80}, {"x": 50, "y": 10}, {"x": 10, "y": 80}]],
        },
        {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_POINTS,
            "items": {"type": "array", "minItems": 3, "maxItems": 3, "items": NUMBER_SCHEMA},
            "description": "format=stroke-3: [[dx, dy, pen_up], …] as in sketch-rnn; pen_up is 1 where a stroke ends",
            "example": [[10, 80, 0], [80, 0, 0], [-40, -70, 0], [-40, 70, 1]],
        },
    ],
    "description": "in the format that `format` names; y down, in any unit",
}
FORMAT_SCHEMA: dict[str, Any] = {
    "type": "string",
    "enum": [*StrokeFormat],
    "default": StrokeFormat.QUICKDRAW,
    "description": "of the strokes",
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


class CheckedLaterField(serializers.Field[Any, Any, Any, Any]):
    """JSON that a serializer checks together with other fields."""

    def to_internal_value(self, data: object) -> object:
        return data


@extend_schema_field(STROKES_SCHEMA)
class StrokesField(CheckedLaterField):
    """Strokes as they are stored."""


@extend_schema_field(SENT_STROKES_SCHEMA)
class SentStrokesField(CheckedLaterField):
    """Strokes in the format that `format` names."""


@extend_schema_field(PENS_SCHEMA)
class PensField(CheckedLaterField):
    """Pens of the strokes."""


@extend_schema_field(FORMAT_SCHEMA)
class FormatField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: object) -> StrokeFormat:
        try:
            return parse_format(data)
        except InvalidStrokes as error:
            raise ValidationError(str(error)) from error


@extend_schema_field({"type": "string", "description": "PNG, JPEG or WebP as a data URL or base64"})
class ImageField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: object) -> Sketch:
        try:
            return Sketch.of_image(data.read() if isinstance(data, UploadedFile) else decode_base64(data))
        except InvalidImage as error:
            raise ValidationError(str(error)) from error


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

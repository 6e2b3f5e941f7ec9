from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from recognition.api.schema.validation import BodySerializer
from recognition.api.serializers.fields import (
    ClassField,
    FormatField,
    ImageField,
    PensField,
    SentStrokesField,
    StrokesField,
)
from recognition.api.serializers.predictions import GuessSerializer, PredictionSerializer
from recognition.api.serializers.stroke_formats import MOST_GUESSES, StrokeFormat, count_points, hint, to_quickdraw
from recognition.imaging.sketch import Sketch
from recognition.imaging.strokes import MAX_POINTS, InvalidPens, InvalidStrokes
from recognition.models import Drawing

QUICKDRAW = StrokeFormat.QUICKDRAW
MOST_IMAGES = 4  # of them: the largest takes a quarter of a second
LARGEST_NUMBER = 2**31 - 1  # of PostgreSQL's integer
PRIVATE = "true: never in the gallery; only you and staff see it"


class SketchSerializer(BodySerializer):
    """A drawing as strokes or as an image, one of them. Validates to {"sketch": Sketch, …}."""

    strokes = SentStrokesField(required=False)
    format = FormatField(required=False)
    image = ImageField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("strokes" in attrs) == ("image" in attrs):
            raise ValidationError({"strokes": ["Give either strokes or image, not both and not neither."]})
        sketch = attrs.pop("image", None)
        strokes, pens = attrs.pop("strokes", None), attrs.pop("pens", None)
        stroke_format = attrs.pop("format", QUICKDRAW)
        if sketch and pens:
            raise ValidationError({"pens": ["An image has no pens; leave them out."]})
        return attrs | {"sketch": sketch or _sketch_of(strokes, stroke_format, pens)}


def _sketch_of(strokes: object, stroke_format: StrokeFormat, pens: object = None) -> Sketch:
    try:
        return Sketch.of_strokes(to_quickdraw(strokes, stroke_format), pens)
    except InvalidPens as error:
        raise ValidationError({"pens": [str(error)]}) from error
    except InvalidStrokes as error:
        raise ValidationError({"strokes": [f"{error}{hint(strokes, stroke_format)}"]}) from error


class WinningGuessSerializer(BodySerializer):
    strokes = SentStrokesField(
        help_text="what was drawn when the winning guess was asked for, in the same format; the drawing begins with it"
    )
    model_version = serializers.IntegerField(
        min_value=1, max_value=LARGEST_NUMBER, help_text="the number of the version that guessed"
    )


class DrawingRequestSerializer(SketchSerializer):
    pens = PensField(required=False)
    prompt = ClassField(required=False, help_text="the class that was asked for")
    game = serializers.UUIDField(required=False, help_text="your game in which it was drawn")
    private = serializers.BooleanField(required=False, help_text=PRIVATE)
    won = WinningGuessSerializer(required=False, help_text="the guess that won the round of the game")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "won" in attrs:
            if not {"game", "prompt"} <= attrs.keys():
                raise ValidationError({"won": ["Only a drawing with game and prompt can be won."]})
            attrs["won"]["strokes"] = self._winning_sketch(attrs)
        return super().validate(attrs)

    def _winning_sketch(self, attrs: dict[str, Any]) -> Sketch:
        try:
            return _sketch_of(attrs["won"]["strokes"], attrs.get("format", QUICKDRAW))
        except ValidationError as error:
            raise ValidationError({"won": error.detail}) from error


class UploadSerializer(serializers.Serializer[Any]):
    image = serializers.FileField(help_text="PNG, JPEG or WebP of at most 4 megapixels")
    prompt = ClassField(required=False)
    private = serializers.BooleanField(required=False, help_text=PRIVATE)


class SketchListSerializer(serializers.ListSerializer[Any]):
    """Drawings that are together no more work than one may be, or a few large images."""

    def to_internal_value(self, data: Any) -> list[Any]:
        asked = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
        if (images := sum(one.get("image") is not None for one in asked)) > MOST_IMAGES:
            raise ValidationError([f"{images} of them are images; at most {MOST_IMAGES} may be."])
        if (points := sum(count_points(one.get("strokes"), one.get("format")) for one in asked)) > MAX_POINTS:
            raise ValidationError([f"They have {points:,} points together; at most {MAX_POINTS:,} are allowed."])
        parsed: list[Any] = super().to_internal_value(data)
        return parsed


class GuessesRequestSerializer(BodySerializer):
    drawings = SketchListSerializer(
        child=SketchSerializer(),
        allow_empty=False,
        max_length=MOST_GUESSES,
        help_text=f"at most {MOST_IMAGES} of them as images, and of at most {MAX_POINTS:,} points together",
    )


class LiveGuessSerializer(GuessSerializer):
    pixels = serializers.CharField(required=False, help_text="what the network sees of an image: data URL of a PNG")


class GuessesSerializer(serializers.Serializer[Any]):
    guesses = LiveGuessSerializer(many=True, help_text="one for each drawing, in their order")


class AddressesSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="path on this host")
    bitmap_url = serializers.CharField(help_text="path of the 28×28 picture that the network saw")
    svg_url = serializers.CharField(help_text="path of the drawing as SVG")


class AnswerSerializer(AddressesSerializer):
    feedback_token = serializers.CharField(
        help_text="lets you judge this drawing without cookie or account, for 30 days"
    )
    prediction = PredictionSerializer(allow_null=True, help_text="null: no model was in service")


class DrawingSerializer(AddressesSerializer):
    source = serializers.ChoiceField(Drawing.Source.choices)
    prompt = serializers.CharField(allow_null=True)
    label = serializers.CharField(allow_null=True, help_text="what it is, as far as people said")
    status = serializers.ChoiceField(Drawing.Status.choices)
    prediction = PredictionSerializer(allow_null=True)


class DrawingDetailSerializer(DrawingSerializer):
    strokes = StrokesField(allow_null=True, help_text="as drawn; null for an uploaded image")
    pens = PensField(allow_null=True)


class DrawingFilterSerializer(serializers.Serializer[Any]):
    label = ClassField(required=False, help_text="what it is")
    predicted = ClassField(required=False, help_text="what the network said")
    correct = serializers.BooleanField(required=False, help_text="whether the network was right")
    model_version = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_NUMBER)
    source = serializers.ChoiceField(Drawing.Source.choices, required=False)
    mine = serializers.BooleanField(required=False, help_text="your own, whatever their status, not the public ones")

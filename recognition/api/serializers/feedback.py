from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from recognition.api.serializers.fields import ClassField
from recognition.models import Drawing


class FeedbackRequestSerializer(serializers.Serializer[Any]):
    correct = serializers.BooleanField(help_text="the guess was right")
    label = ClassField(required=False, allow_null=True, default=None, help_text="what it is; without it: none of these")
    feedback_token = serializers.CharField(
        min_length=1, required=False, write_only=True, help_text="from the answer to the drawing"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["correct"] and attrs["label"]:
            raise ValidationError({"label": ["Leave it out when the guess was right."]})
        return attrs


class JudgedDrawingSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    label = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(Drawing.Status.choices)


class FeedbackSerializer(serializers.Serializer[Any]):
    correct = serializers.BooleanField()
    label = serializers.CharField(allow_null=True)
    updated_at = serializers.DateTimeField()
    drawing = JudgedDrawingSerializer(help_text="what all that was said about the drawing amounts to")


class SaidSerializer(serializers.Serializer[Any]):
    drawing = serializers.UUIDField()
    correct = serializers.BooleanField()
    label = serializers.CharField(allow_null=True)
    updated_at = serializers.DateTimeField()

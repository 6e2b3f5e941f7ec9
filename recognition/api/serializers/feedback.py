from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from recognition.api.schema.validation import BodySerializer
from recognition.api.serializers.fields import ClassField, WordField
from recognition.models import DoodleClass, Drawing


class FeedbackRequestSerializer(BodySerializer):
    correct = serializers.BooleanField(help_text="the guess was right")
    label = ClassField(required=False, help_text="what it is; without it: none of these")
    word = WordField(required=False, help_text="what it is, if no class has that name: proposes the word")
    feedback_token = serializers.CharField(
        min_length=1, required=False, write_only=True, help_text="from the answer to the drawing"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        label = attrs.setdefault("label", None)
        if attrs["correct"] and label:
            raise ValidationError({"label": ["Leave it out when the guess was right."]})
        if "word" in attrs:
            if attrs["correct"] or label:
                raise ValidationError({"word": ["Leave it out when the guess was right, and with a label."]})
            attrs["label"] = DoodleClass.objects.active().named(attrs["word"])
        return attrs


class ProposedWordSerializer(serializers.Serializer[Any]):
    word = serializers.CharField()
    drawings = serializers.IntegerField(help_text="for which people proposed it")
    needed = serializers.IntegerField(help_text="drawings from which it can be learnt, once staff has added it")


class JudgedDrawingSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    label = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(Drawing.Status.choices)


class FeedbackSerializer(serializers.Serializer[Any]):
    correct = serializers.BooleanField()
    label = serializers.CharField(allow_null=True)
    updated_at = serializers.DateTimeField()
    proposal = ProposedWordSerializer(allow_null=True, help_text="the word that was proposed; null if it was refused")
    drawing = JudgedDrawingSerializer(help_text="what all that was said about the drawing amounts to")


class SaidSerializer(serializers.Serializer[Any]):
    drawing = serializers.UUIDField()
    correct = serializers.BooleanField()
    label = serializers.CharField(allow_null=True)
    word = serializers.CharField(allow_null=True, help_text="that you proposed")
    updated_at = serializers.DateTimeField()

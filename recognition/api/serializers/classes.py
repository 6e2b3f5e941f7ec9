from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recognition.api.schema.validation import BodySerializer
from recognition.models import DoodleClass


class ClassSerializer(serializers.ModelSerializer[DoodleClass]):
    class Meta:
        model = DoodleClass
        fields = ["name", "active", "direction_matters", "origin", "created_at"]


class NewClassSerializer(BodySerializer):
    name = serializers.CharField(min_length=1, max_length=64)

    def validate_name(self, name: str) -> str:
        if existing := DoodleClass.objects.named(name):
            raise serializers.ValidationError(f"There is a class “{existing}” already.")
        return name


class ClassFilterSerializer(serializers.Serializer[Any]):
    active = serializers.BooleanField(required=False, help_text="offered on the page and learnt")

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recognition.api.schema.validation import BodySerializer
from recognition.api.serializers.fields import NameField
from recognition.models import DoodleClass


class ClassSerializer(serializers.ModelSerializer[DoodleClass]):
    class Meta:
        model = DoodleClass
        fields = ["name", "active", "direction_matters", "origin", "created_at"]


class NewClassSerializer(BodySerializer):
    name = NameField()


class ClassFilterSerializer(serializers.Serializer[Any]):
    active = serializers.BooleanField(required=False, help_text="offered on the page and learnt")

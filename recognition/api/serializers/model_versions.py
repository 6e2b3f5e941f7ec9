from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recognition.models import ModelVersion


class ModelVersionSerializer(serializers.ModelSerializer[ModelVersion]):
    labels = serializers.ListField(child=serializers.CharField(), help_text="in the order of the network's outputs")
    metrics = serializers.DictField(help_text="as measured when it was made")
    parent = serializers.SlugRelatedField[ModelVersion](
        "number", read_only=True, allow_null=True, help_text="the version it was trained from"
    )

    class Meta:
        model = ModelVersion
        fields = [
            "number",
            "labels",
            "metrics",
            "promoted_at",
            "created_at",
            "parent",
            "sha256",
            "temperature",
            "threshold",
        ]


class PromotionSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)

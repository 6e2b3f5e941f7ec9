from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recognition.api.schema.validation import BodySerializer
from recognition.models import ModelVersion, Trial
from recognition.models.trial import MAX_SHARE_PERCENT


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
            "softening",
        ]


class PromotionSerializer(BodySerializer):
    reason = serializers.CharField(min_length=1, max_length=500)


class TrialRequestSerializer(BodySerializer):
    mode = serializers.ChoiceField(
        Trial.Mode.choices, help_text="shadow: its answers are stored and shown to nobody; canary: some people see them"
    )
    share = serializers.IntegerField(
        min_value=1,
        max_value=MAX_SHARE_PERCENT,
        required=False,
        help_text="per cent of contributors who see them; for a canary",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["mode"] == Trial.Mode.CANARY and "share" not in attrs:
            message = f"A canary needs it: 1 to {MAX_SHARE_PERCENT} per cent of contributors."
            raise serializers.ValidationError({"share": message})
        if attrs["mode"] == Trial.Mode.SHADOW and "share" in attrs:
            raise serializers.ValidationError({"share": "In shadow nobody sees the answers; leave it out."})
        return {"share": 0} | attrs


class TrialSerializer(serializers.ModelSerializer[Trial]):
    version = serializers.IntegerField(source="number")
    champion = serializers.IntegerField(source="champion_number", help_text="the version in service meanwhile")
    share = serializers.IntegerField(help_text="per cent of contributors who see its answers; 0 in shadow")
    why = serializers.CharField(help_text="it ended; empty while it runs")

    class Meta:
        model = Trial
        fields = ["version", "champion", "mode", "share", "started_at", "ended_at", "why"]


class EndOfTrialSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, default="By hand.")

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recognition.api.serializers.drawings import DrawingDetailSerializer
from recognition.api.serializers.feedback import SaidSerializer


class MeSerializer(serializers.Serializer[Any]):
    drawings = DrawingDetailSerializer(many=True)
    feedback = SaidSerializer(many=True, help_text="what you said, also about drawings of others")

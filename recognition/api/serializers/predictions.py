from __future__ import annotations

from typing import Any

from rest_framework import serializers


class TopGuessSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()
    confidence = serializers.FloatField(min_value=0, max_value=1)


class GuessSerializer(serializers.Serializer[Any]):
    label = serializers.CharField(help_text="the most likely class")
    confidence = serializers.FloatField(min_value=0, max_value=1, help_text="calibrated probability of it")
    recognized = serializers.BooleanField(help_text="false: too unsure to say, a dot, or blank")
    just_learnt = serializers.BooleanField(
        help_text="true: a class that the network does not know yet, told from the first drawings of it"
    )
    top = TopGuessSerializer(many=True, help_text="the five most likely classes, best first")
    model_version = serializers.IntegerField()
    milliseconds = serializers.FloatField(help_text="time to draw the bitmap and to run the network")


class PredictionSerializer(GuessSerializer):
    id = serializers.IntegerField()

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recognition.api.serializers.predictions import GuessSerializer


class LevelSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    sentence = serializers.CharField(help_text="what such a level does, in plain words")
    note = serializers.CharField(help_text="how many of its features the picture shows")
    alt = serializers.CharField(help_text="the picture in words")
    picture = serializers.CharField(help_text="feature maps side by side: data URL of a PNG")
    side = serializers.IntegerField(help_text="pixels of a feature map")
    features = serializers.IntegerField()
    shown = serializers.IntegerField(help_text="those that the drawing excites most")


class ExplanationSerializer(serializers.Serializer[Any]):
    pixels = serializers.CharField(help_text="what the network sees: data URL of a PNG")
    levels = LevelSerializer(many=True, help_text="the finest first")
    guess = GuessSerializer()

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recognition.api.serializers.drawings import DrawingDetailSerializer
from recognition.api.serializers.feedback import SaidSerializer
from recognition.api.serializers.predictions import PredictionSerializer
from recognition.models import Token


class MyDrawingSerializer(DrawingDetailSerializer):
    predictions = PredictionSerializer(many=True, help_text="what each version said, the newest first")
    bitmap = serializers.CharField(help_text="what the network saw: 28 × 28 bytes, row by row, in base64")
    game = serializers.UUIDField(allow_null=True)
    won = serializers.BooleanField(help_text="the game guessed it before it was finished")
    moderation = serializers.CharField()
    idempotency_key = serializers.CharField(allow_null=True)


class MyFeedbackSerializer(SaidSerializer):
    created_at = serializers.DateTimeField()


class MyGameSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    words = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class MyReportSerializer(serializers.Serializer[Any]):
    drawing = serializers.UUIDField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class MyReviewSerializer(serializers.Serializer[Any]):
    drawing = serializers.UUIDField()
    label = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class MyTokenSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(Token.Scope.choices))
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class MeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="the random number by which you are known")
    since = serializers.DateTimeField(allow_null=True, help_text="null: nothing of you is stored")
    user = serializers.CharField(allow_null=True, help_text="your account, if you have one")
    drawings = MyDrawingSerializer(many=True)
    feedback = MyFeedbackSerializer(many=True, help_text="what you said, also about drawings of others")
    games = MyGameSerializer(many=True)
    reports = MyReportSerializer(many=True, help_text="what you reported, and why")
    reviews = MyReviewSerializer(many=True, help_text="what you said about drawings that try reviewers")
    tokens = MyTokenSerializer(many=True, help_text="of your account, without their secrets")

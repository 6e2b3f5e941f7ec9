"""Training runs as JSON."""

from __future__ import annotations

from rest_framework import serializers

from training.config import TrainingConfigSerializer
from training.jobs.preview import ClassPreview, Preview
from training.models import TrainingRun


class RunSerializer(serializers.ModelSerializer[TrainingRun]):
    """The fields of a run in a list."""

    progress = serializers.DictField(
        help_text="doing, share (0 to 1), seconds_left; in epochs: epoch, epochs, images_per_second, seconds_left, done"
    )
    requested_by = serializers.SlugRelatedField[TrainingRun](slug_field="username", read_only=True)
    model_version = serializers.IntegerField(source="version.number", read_only=True, default=None, allow_null=True)

    class Meta:
        model = TrainingRun
        fields = [
            "id",
            "status",
            "stage",
            "progress",
            "reason",
            "requested_by",
            "model_version",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        ]


class RunDetailSerializer(RunSerializer):
    """All fields of a run."""

    config = TrainingConfigSerializer()
    history = serializers.ListField(
        child=serializers.DictField(), help_text="one entry an epoch: loss, accuracy, val_loss, val_accuracy"
    )
    verdict = serializers.DictField(
        help_text="of the gate: outcome (passes, ask, refused), passed, summary, checks: [{name, passed, detail}]"
    )

    recipe = serializers.DictField(
        help_text="hyperparameters, precision and the packages' versions; {} before training"
    )
    stage_seconds = serializers.DictField(
        child=serializers.FloatField(), help_text="how long each stage took, all attempts together"
    )

    class Meta(RunSerializer.Meta):
        fields = [
            *RunSerializer.Meta.fields,
            "config",
            "attempt",
            "history",
            "verdict",
            "recipe",
            "commit",
            "device",
            "stage_seconds",
        ]


class ClassPreviewSerializer(serializers.Serializer[ClassPreview]):
    name = serializers.CharField()
    base = serializers.IntegerField()
    collected = serializers.IntegerField()
    held_out = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer[Preview]):
    """The drawings that a run would train on, in total and for each class."""

    epochs = serializers.IntegerField(help_text="At least so many; a run takes more if people draw in another style.")
    base = serializers.IntegerField()
    collected = serializers.IntegerField()
    included = ClassPreviewSerializer(many=True)
    left_out = ClassPreviewSerializer(many=True)

"""The options of a training run, validated in the same way for the admin, the API and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from rest_framework import serializers

from recognition.infra.words import did_you_mean, word_key
from recognition.models import DoodleClass


class Preset(StrEnum):
    """How much time a training run may take."""

    QUICK = "quick"
    STANDARD = "standard"
    BEST = "best"


class InvalidConfig(ValueError):
    """A config is invalid; `errors` maps each field to its messages."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(" ".join(f"{field}: {' '.join(messages)}" for field, messages in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class TrainingConfig:
    """The options of one run. None and () leave the choice to the preset, the champion or the settings."""

    preset: Preset = Preset.STANDARD
    classes: tuple[str, ...] = ()  # (): every active class
    epochs: int | None = None
    rows_per_class: int | None = None  # limit of base drawings; it leaves no user drawings out
    learning_rate: float | None = None  # at its peak
    augmentation: float = 1.0  # strength; 0 is off
    warm_start: bool = True  # start from the champion's weights, if they are stored
    doodlenet: bool = False  # without a warm start: be taught by the network in the folder of official files
    promote: bool | None = None  # put the version in service if it passes the gate; None: TRAINING_PROMOTES
    seed: int = 0

    @classmethod
    def from_dict(cls, given: object) -> TrainingConfig:
        """Validate the options from a form, a request or a command line. Raises InvalidConfig."""
        if not isinstance(given, Mapping):
            raise InvalidConfig({"config": ["Expected an object with fields like “epochs”."]})
        known = {field.name for field in fields(cls)}
        if unknown := {name: [f"No such field; there are: {', '.join(sorted(known))}."] for name in set(given) - known}:
            raise InvalidConfig(unknown)
        serializer = TrainingConfigSerializer(data={name: value for name, value in given.items() if value is not None})
        if not serializer.is_valid():
            raise InvalidConfig({field: _flatten(errors) for field, errors in serializer.errors.items()})
        values: dict[str, Any] = serializer.validated_data
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return the options as JSON values, the reverse of `from_dict`."""
        return asdict(self) | {"preset": self.preset.value, "classes": list(self.classes)}


class TrainingConfigSerializer(serializers.Serializer[TrainingConfig]):
    """The fields and limits of a config."""

    preset = serializers.ChoiceField(
        choices=[preset.value for preset in Preset], required=False, help_text="How much the training may cost."
    )
    classes = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        max_length=1000,
        help_text="The classes to learn. If empty, every active class with enough drawings.",
    )
    epochs = serializers.IntegerField(
        min_value=1, max_value=1000, required=False, allow_null=True, help_text="If empty, as the preset says."
    )
    rows_per_class = serializers.IntegerField(
        min_value=1,
        max_value=200_000,
        required=False,
        allow_null=True,
        help_text="At most so many base drawings of each class, plus all made here. If empty, as the preset says.",
    )
    learning_rate = serializers.FloatField(
        min_value=1e-6,
        max_value=1,
        required=False,
        allow_null=True,
        help_text="The peak learning rate. If empty, as the preset says.",
    )
    augmentation = serializers.FloatField(
        min_value=0,
        max_value=3,
        required=False,
        help_text="How strongly drawings are turned, stretched and moved; 0 is not at all.",
    )
    warm_start = serializers.BooleanField(
        required=False, help_text="Start from the weights of the version in service, if they are stored."
    )
    doodlenet = serializers.BooleanField(
        required=False,
        help_text="Without a warm start: learn from DoodleNet's answers, too. The folder of Quick, Draw! files has to "
        "hold its weights. The network is larger and the training takes hours.",
    )
    promote = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text="Put the version in service if it passes the gate. If empty, as the settings of the site say.",
    )
    seed = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, help_text="The same seed and drawings give the same network."
    )

    def validate_preset(self, name: str) -> Preset:
        return Preset(name)

    def validate_classes(self, names: list[str]) -> tuple[str, ...]:
        """Return the names without repetitions. Raises ValidationError when one is not an active class."""
        active = list(DoodleClass.objects.active().values_list("name", flat=True))
        known = {word_key(name): name for name in active}
        if unknown := sorted(name for name in set(names) if word_key(name) not in known):
            hint = did_you_mean(unknown[0], active)
            raise serializers.ValidationError(f"Not among the active classes: {', '.join(unknown)}.{hint}")
        classes = tuple(dict.fromkeys(known[word_key(name)] for name in names))
        if len(classes) == 1:
            raise serializers.ValidationError("Choose at least two classes.")
        return classes


def _flatten(errors: Any) -> list[str]:
    """Return the messages of one field; Django REST framework gives those of list items as a dict by position."""
    if isinstance(errors, dict):
        return [f"item {position}: {message}" for position, item in errors.items() for message in item]
    return [str(error) for error in errors]

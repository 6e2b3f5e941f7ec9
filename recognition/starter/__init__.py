"""The starter model (starter.tflite, .json, .features.npz), with which a fresh clone recognizes drawings at once.

`docs/model-card.md` describes its training data and its accuracy.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import transaction

from recognition.inference.feature_space import FeatureSpace
from recognition.inference.results import Calibration
from recognition.models import ModelVersion

FOLDER = Path(__file__).parent
REASON = "The starter model that ships with doodlesite."


class NoStarterModel(Exception):
    """The files of the starter model are missing or damaged; the message says which."""


@dataclass(frozen=True)
class StarterModel:
    artifact: bytes
    labels: tuple[str, ...]
    calibration: Calibration
    metrics: dict[str, Any]
    preset: str  # of its training
    command: str  # that trained it
    drawings: int  # in its training set
    features: FeatureSpace | None = None

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the artifact, which identifies its version."""
        return hashlib.sha256(self.artifact).hexdigest()


def read(folder: Path | None = None) -> StarterModel:
    """Read the starter model, by default the one in this package. Raises NoStarterModel."""
    folder = folder or FOLDER
    try:
        facts = json.loads((folder / "starter.json").read_bytes())
        artifact = (folder / "starter.tflite").read_bytes()
        if hashlib.sha256(artifact).hexdigest() != facts["sha256"]:
            raise NoStarterModel(f"{folder}/starter.tflite is not the network that starter.json tells of.")
        return StarterModel(
            artifact=artifact,
            labels=tuple(facts["labels"]),
            calibration=Calibration(**{field.name: float(facts[field.name]) for field in fields(Calibration)}),
            metrics=facts["metrics"],
            preset=str(facts["preset"]),
            command=str(facts["command"]),
            drawings=int(facts["drawings"]),
            features=_features(folder / "starter.features.npz"),
        )
    except OSError as error:
        raise NoStarterModel(f"The starter model cannot be read: {error}.") from error
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise NoStarterModel(f"The starter model in {folder} is damaged: {error!r}.") from error


@transaction.atomic
def install(starter: StarterModel) -> ModelVersion:
    """Register the starter model unless it is registered, and promote it if no version is in service.

    On a site that has a version in service, even an older starter model, the gate decides (`manage.py judge_starter`).
    Raises InvalidArtifact, and changes nothing, when it cannot run.
    """
    version = ModelVersion.objects.defer("artifact").filter(sha256=starter.sha256).first()
    if version is None:
        version = ModelVersion.objects.register(
            starter.artifact, starter.labels, starter.calibration, starter.metrics, features=starter.features
        )
    if ModelVersion.objects.current() is None:
        version.promote(by=None, reason=REASON)
    return version


def _features(file: Path) -> FeatureSpace | None:
    return FeatureSpace.from_npz(file.read_bytes()) if file.exists() else None

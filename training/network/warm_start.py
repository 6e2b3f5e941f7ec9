"""Warm start: continues from the champion's weights, which are in the database or ship with the starter model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recognition import starter
from recognition.models import ModelVersion
from training.config import Preset
from training.models import Weights
from training.models.npz import Arrays, from_npz
from training.network.weights import infer_levels, ordered_weights


class NoWeights(Exception):
    """A version's weights are not stored; the message says what can be had."""


@dataclass(frozen=True)
class WarmStart:
    """A version's weights, and the preset that they were first trained with."""

    version: ModelVersion
    preset: Preset
    arrays: Arrays

    @property
    def labels(self) -> Sequence[str]:
        labels: Sequence[str] = self.version.labels
        return labels

    @property
    def levels(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return channels and residual blocks; the preset of an older release may have had others."""
        return infer_levels(ordered_weights(self.arrays))


def find_warm_start(champion: ModelVersion | None) -> WarmStart | None:
    """Return the champion's weights, or None if there is no champion or its weights are not stored."""
    if champion is None:
        return None
    weights = Weights.objects.filter(version=champion).first()
    if weights:
        return WarmStart(champion, Preset(weights.preset), from_npz(bytes(weights.npz)))
    return _starter_weights(champion)


def _starter_weights(champion: ModelVersion) -> WarmStart | None:
    """Return the weights that ship with the starter model, if the champion is the starter model."""
    try:
        model = starter.read()
        npz = (starter.FOLDER / "starter.npz").read_bytes()
    except (starter.NoStarterModel, OSError):
        return None
    if model.sha256 != champion.sha256:
        return None
    return WarmStart(champion, Preset(model.preset), from_npz(npz))

"""What a warm start goes on from: the champion's weights, kept in the database; the starter model's, in its folder."""

from __future__ import annotations

from dataclasses import dataclass

from recognition import starter
from recognition.models import ModelVersion
from training.config import Preset
from training.models import Weights
from training.network.cnn import Architecture, architecture_of
from training.network.weights import Arrays, arrays_in_order, from_npz


@dataclass(frozen=True)
class Start:
    """A version's weights, and the preset that they were first trained with."""

    version: ModelVersion
    preset: Preset
    arrays: Arrays

    @property
    def architecture(self) -> Architecture:
        """Return that of the weights, which an older release's preset may have chosen."""
        return architecture_of(arrays_in_order(self.arrays))


def start_from(champion: ModelVersion | None) -> Start | None:
    """Return the champion's weights; None when there is no champion, or its weights are not kept."""
    if champion is None:
        return None
    weights = Weights.objects.filter(version=champion).first()
    if weights:
        return Start(champion, Preset(weights.preset), from_npz(bytes(weights.npz)))
    return _starter_start(champion)


def _starter_start(champion: ModelVersion) -> Start | None:
    """Return the weights that ship with the starter model, if that is the champion."""
    try:
        model = starter.read()
        npz = (starter.FOLDER / "starter.npz").read_bytes()
    except (starter.NoStarterModel, OSError):
        return None
    return Start(champion, Preset(model.preset), from_npz(npz)) if model.sha256 == champion.sha256 else None

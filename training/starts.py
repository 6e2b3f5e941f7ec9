"""What a warm start goes on from: the champion's weights, kept in the database; the starter model's, in its folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from recognition import starter
from recognition.models import ModelVersion
from training.config import Preset
from training.models import Weights
from training.weights import Arrays, from_npz

STARTER_WEIGHTS = starter.FOLDER / "starter.npz"
STARTER_PRESET = Preset.BEST


@dataclass(frozen=True)
class Start:
    """A version's weights, and the preset whose architecture they belong to."""

    version: ModelVersion
    preset: Preset
    arrays: Arrays


def start_from(champion: ModelVersion | None) -> Start | None:
    """Return the champion's weights; None when there is no champion, or its weights are not kept."""
    if champion is None:
        return None
    weights = Weights.objects.filter(version=champion).first()
    if weights:
        return Start(champion, Preset(weights.preset), from_npz(bytes(weights.npz)))
    if _is_starter(champion) and STARTER_WEIGHTS.exists():
        return Start(champion, STARTER_PRESET, from_npz(STARTER_WEIGHTS.read_bytes()))
    return None


def _is_starter(version: ModelVersion) -> bool:
    try:
        return hashlib.sha256(starter.read().artifact).hexdigest() == version.sha256
    except starter.NoStarterModel:
        return False

"""From what a version learnt, and how that went."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from recognition import starter
from recognition.models import ModelVersion
from training.manifest import ManifestSummary
from training.models import TrainingRun
from training.shown import RunShown, shown


@dataclass(frozen=True)
class Learning:
    """A version's training: its run, where it was trained here, or what ships with the starter model."""

    base: int  # drawings of Quick, Draw! trained on
    collected: int  # the same, drawn here
    summary: ManifestSummary | None = None
    run: TrainingRun | None = None
    shown: RunShown | None = None
    command: str = ""  # by which the starter model was trained


def learning_of(version: ModelVersion) -> Learning | None:
    """Return how a version came about; None when nothing is known of that."""
    run: TrainingRun | None = getattr(version, "training_run", None)
    if run:
        summary = run.learnt_from()
        return Learning(summary.base, summary.collected, summary, run, shown(run))
    facts = _starter()
    if version.sha256 != facts.get("sha256"):
        return None
    return Learning(facts["drawings"], 0, command=facts["command"])


@lru_cache(maxsize=1)
def _starter() -> Mapping[str, Any]:
    """Return what ships with the starter model; nothing when its files are missing or damaged."""
    try:
        facts = json.loads((starter.FOLDER / "starter.json").read_bytes())
        artifact = (starter.FOLDER / "starter.tflite").read_bytes()
        return {name: facts[name] for name in ("drawings", "command")} | {
            "sha256": hashlib.sha256(artifact).hexdigest()
        }
    except (OSError, ValueError, KeyError):
        return {}

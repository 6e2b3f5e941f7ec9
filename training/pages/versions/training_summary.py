"""From what a version learnt, and how that went."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from recognition import starter
from recognition.models import ModelVersion
from training.jobs.run_display import RunShown, shown
from training.models import TrainingRun
from training.models.manifest import ManifestSummary


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
        summary = run.manifest_summary()
        return Learning(summary.base, summary.collected, summary, run, shown(run))
    sha256, learning = _starter()
    return learning if sha256 == version.sha256 else None


@lru_cache(maxsize=1)
def _starter() -> tuple[str, Learning | None]:
    """Return the hash of what ships with the site, and its training; nothing when its files are missing or damaged."""
    try:
        model = starter.read()
    except starter.NoStarterModel:
        return "", None
    return model.sha256, Learning(model.drawings, 0, command=model.command)

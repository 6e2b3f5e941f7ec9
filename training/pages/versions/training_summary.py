"""How a version was trained: its drawings, its run, or the command of the starter model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from recognition import starter
from recognition.models import ModelVersion
from training.jobs.run_display import RunDisplay, display_run
from training.models import TrainingRun
from training.models.manifest import ManifestSummary


@dataclass(frozen=True)
class TrainingSummary:
    """The training of a version. The starter model has a command, other versions have a run."""

    base: int  # Quick, Draw! drawings trained on
    collected: int  # user drawings trained on
    summary: ManifestSummary | None = None
    run: TrainingRun | None = None
    shown: RunDisplay | None = None
    command: str = ""  # that trained the starter model


def training_summary(version: ModelVersion) -> TrainingSummary | None:
    """Return how a version was trained; None if that is unknown."""
    run: TrainingRun | None = getattr(version, "training_run", None)
    if run:
        manifest = run.manifest_summary()
        return TrainingSummary(manifest.base, manifest.collected, manifest, run, display_run(run))
    sha256, summary = _starter_summary()
    return summary if sha256 == version.sha256 else None


@lru_cache(maxsize=1)
def _starter_summary() -> tuple[str, TrainingSummary | None]:
    """Return the starter model's hash and training; "" and None if its files are missing or damaged."""
    try:
        model = starter.read()
    except starter.NoStarterModel:
        return "", None
    return model.sha256, TrainingSummary(model.drawings, 0, command=model.command)

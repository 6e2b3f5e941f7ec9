"""Exports a version as the starter model, so that a fresh clone recognizes drawings at once."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from recognition.models import ModelVersion, VersionFeatures
from training.config import TrainingConfig
from training.evaluation.evaluate_version import evaluate_version
from training.models import TrainingRun, Weights
from training.models.manifest import summarize
from training.models.npz import from_npz, to_npz
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder


def export_starter(version: ModelVersion, quickdraw: QuickDrawFolder, folder: Path) -> dict[str, Any]:
    """Write a version's artifact, facts and weights into a folder, and return the facts.

    The weights are stored as float16, which halves their size; fine-tuning changes them by more than this rounding.
    Raises TrainingRun.DoesNotExist, InvalidArtifact, MissingFile or CorruptFile before anything is written.
    """
    run = TrainingRun.objects.get(version=version)
    weights = Weights.objects.get(version=version)
    facts = {
        "labels": version.labels,
        "sha256": version.sha256,
        **asdict(version.calibration),
        "preset": weights.preset,
        "command": _command(run.config),
        "drawings": summarize(run.manifest).base,
        "metrics": evaluate_version(version, quickdraw, version.labels),
    }
    if not facts["metrics"]["base"]["count"]:
        raise MissingFile(f"no test drawings of its classes in {quickdraw.root}")
    arrays = {name: array.astype(np.float16) for name, array in from_npz(bytes(weights.npz)).items()}
    (folder / "starter.tflite").write_bytes(version.artifact)
    (folder / "starter.npz").write_bytes(to_npz(arrays))
    features = VersionFeatures.objects.filter(version=version).first()
    if features:
        (folder / "starter.features.npz").write_bytes(features.npz)
    else:
        (folder / "starter.features.npz").unlink(missing_ok=True)  # an older model's
    (folder / "starter.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    return facts


def _command(config: dict[str, Any]) -> str:
    """Return the command that trains the same version again.

    Its options are in the order of TrainingConfig, because a database may change the order of JSON keys.
    """
    names = [field.name for field in fields(TrainingConfig)]
    return shlex.join(["manage.py", "train", *(word for name in names for word in _option(name, config.get(name)))])


def _option(name: str, value: Any) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    if value is None or value == []:
        return []
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag[2:]}"]
    return [flag, *value] if isinstance(value, list) else [flag, str(value)]

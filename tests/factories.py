"""Rows that tests start from."""

from __future__ import annotations

import json
from pathlib import Path

from recognition.classifier import Calibration
from recognition.models import ModelVersion

DATA = Path(__file__).parent / "data"


def make_version(*, promoted: bool = True, threshold: float | None = None) -> ModelVersion:
    """Register the tiny network, which really recognizes banana, cat, eye, fish, house and star."""
    facts = json.loads((DATA / "tiny.json").read_text())
    calibration = Calibration(facts["temperature"], facts["threshold"] if threshold is None else threshold)
    artifact = (DATA / "tiny.tflite").read_bytes()
    version = ModelVersion.objects.register(artifact, facts["labels"], calibration, metrics={})
    if promoted:
        version.promote(by=None, reason="test")
    return version

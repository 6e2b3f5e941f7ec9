"""Compares a new version with the champion on the same test drawings and returns the gate's verdict."""

from __future__ import annotations

import logging
from typing import Any

from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.results import InvalidArtifact
from recognition.models import DoodleClass, ModelVersion
from training.data.dataset import Dataset
from training.evaluation import gate
from training.evaluation.metrics import predict_drawings

logger = logging.getLogger(__name__)


def check_promotion(version: ModelVersion, champion: ModelVersion | None, dataset: Dataset) -> dict[str, Any]:
    """Return the gate's verdict; without a champion that loads, the version itself only has to work."""
    try:
        candidate = version.load()
    except InvalidArtifact as error:
        return gate.verdict([gate.Check("self-test", False, str(error))])
    checks = gate.check_artifact(candidate, len(version.artifact))
    if champion_classifier := _load(champion):
        checks += _compare(candidate, champion_classifier, dataset)
    return gate.verdict(checks)


def _compare(candidate: Classifier, champion: Classifier, dataset: Dataset) -> list[gate.Check]:
    active = DoodleClass.objects.active().values_list("name", flat=True)
    both, labels = (candidate, champion), dataset.labels
    # The same drawings in the same order for both, so that the gate can compare them pair by pair.
    base = [predict_drawings(classifier, dataset.base[Split.TEST], labels) for classifier in both]
    collected = [predict_drawings(classifier, dataset.collected[Split.TEST], labels) for classifier in both]
    return [
        gate.check_vocabulary(candidate.labels, champion.labels, list(active)),
        gate.check_base(*base),
        gate.check_collected(*collected),
        gate.check_classes(*base),
    ]


def _load(champion: ModelVersion | None) -> Classifier | None:
    try:
        return champion.load() if champion else None
    except InvalidArtifact:
        logger.exception("%s cannot run, so there is nothing to compare with.", champion)
        return None

"""Puts a version and the champion to the same test drawings and asks the gate."""

from __future__ import annotations

import logging
from typing import Any

from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier, InvalidArtifact
from recognition.models import DoodleClass, ModelVersion
from training.data.dataset import Dataset
from training.evaluation import gate
from training.evaluation.metrics import answer

logger = logging.getLogger(__name__)


def judge(version: ModelVersion, champion: ModelVersion | None, dataset: Dataset) -> dict[str, Any]:
    """Return the gate's verdict; without a champion that runs, the version only has to work."""
    try:
        candidate = version.load()
    except InvalidArtifact as error:
        return gate.verdict([gate.Check("self-test", False, str(error))])
    checks = gate.check_artifact(candidate, len(version.artifact))
    if rival := _load(champion):
        checks += _compare(candidate, rival, dataset)
    return gate.verdict(checks)


def _compare(candidate: Classifier, champion: Classifier, dataset: Dataset) -> list[gate.Check]:
    active = DoodleClass.objects.active().values_list("name", flat=True)
    base, collected = dataset.base[Split.TEST], dataset.collected[Split.TEST]
    ours, theirs = (answer(classifier, base, dataset.labels) for classifier in (candidate, champion))
    ours_here, theirs_here = (answer(classifier, collected, dataset.labels) for classifier in (candidate, champion))
    return [
        gate.check_vocabulary(candidate.labels, champion.labels, list(active)),
        gate.check_base(ours, theirs),
        gate.check_collected(ours_here, theirs_here),
        gate.check_classes(ours, theirs),
    ]


def _load(champion: ModelVersion | None) -> Classifier | None:
    try:
        return champion.load() if champion else None
    except InvalidArtifact:
        logger.exception("%s cannot run, so there is nothing to compare with.", champion)
        return None

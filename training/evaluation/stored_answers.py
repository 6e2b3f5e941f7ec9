"""Answers of versions to the base test drawings. They are stored with the version, so that nothing is asked twice."""

from __future__ import annotations

from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.models import ModelVersion
from training.data.dataset import Dataset
from training.evaluation.metrics import Predictions, indices_of, predict_drawings
from training.models import StoredAnswers
from training.models.npz import from_npz, to_npz


def answers_of(version: ModelVersion, classifier: Classifier, dataset: Dataset) -> Predictions:
    """Return a version's answers to the base test drawings."""
    drawings = dataset.base[Split.TEST]
    stored = StoredAnswers.objects.filter(version=version, digest=dataset.test_digest).first()
    if stored is None:
        answers = predict_drawings(classifier, drawings, dataset.labels)
        store_answers(version, answers, dataset.test_digest)
        return answers
    targets = indices_of(classifier.labels, dataset.labels)[drawings.targets]
    return Predictions(classifier.labels, **from_npz(bytes(stored.npz)), targets=targets)  # type: ignore[arg-type]


def store_answers(version: ModelVersion, answers: Predictions, digest: str) -> None:
    """Store a version's answers in place of those to other test drawings."""
    arrays = {"top": answers.top, "confidence": answers.confidence, "recognized": answers.recognized}
    StoredAnswers.objects.update_or_create(version=version, defaults={"digest": digest, "npz": to_npz(arrays)})

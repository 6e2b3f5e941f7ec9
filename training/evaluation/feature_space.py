"""Measures where the drawings that a new version knows lie among its features."""

from __future__ import annotations

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace, Floats, log_odds
from training.data.drawing_index import Drawings

LOOKED_AT = 10_000  # drawings
KEPT = 2_000  # recognized ones whose directions are kept
FEWEST = 200  # from fewer no share of them could be told
SHRINKAGE = 0.1  # towards features that vary alike and apart from each other (Ledoit and Wolf 2004)


def measure_feature_space(classifier: Classifier, drawings: Drawings, seed: int) -> FeatureSpace | None:
    """Look at drawings that were not trained on; None where too few are recognized to say anything."""
    chosen = np.random.default_rng(seed).permutation(len(drawings))[:LOOKED_AT]
    outputs = classifier.run(drawings.pixels(chosen).reshape(-1, SIZE, SIZE))
    recognized = np.flatnonzero(outputs.logits.argmax(axis=1) == drawings.targets[chosen])[:KEPT]
    if len(recognized) < FEWEST or not outputs.embeddings.shape[1]:
        return None
    mean, whitening = outputs.embeddings.mean(axis=0), _whitening(outputs.embeddings)
    confidence = classifier.calibration.probabilities(outputs.logits[recognized]).max(axis=1)
    bare = FeatureSpace(mean, whitening, known=np.empty((0, len(mean)), np.float32), log_odds=log_odds(confidence))
    return FeatureSpace(mean, whitening, bare.directions(outputs.embeddings[recognized]), bare.log_odds)


def _whitening(embeddings: Floats) -> Floats:
    covariance = np.cov(embeddings, rowvar=False)
    alike = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * alike
    whitening: Floats = np.linalg.cholesky(np.linalg.inv(shrunk)).astype(np.float32)
    return whitening

"""Fits the feature space of a new version: where the drawings that it recognizes lie among its features."""

from __future__ import annotations

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace, Floats, log_odds
from training.data.drawing_index import Drawings

MAX_DRAWINGS = 10_000  # from which mean and covariance are estimated
MAX_DIRECTIONS = 2_000  # recognized drawings whose directions are stored
MIN_RECOGNIZED = 200  # too few to tell a share of them
SHRINKAGE = 0.1  # towards equal, uncorrelated features (Ledoit and Wolf 2004)


def fit_feature_space(classifier: Classifier, drawings: Drawings, seed: int) -> FeatureSpace | None:
    """Fit a feature space to drawings that were not trained on; None when too few are recognized."""
    chosen = np.random.default_rng(seed).permutation(len(drawings))[:MAX_DRAWINGS]
    outputs = classifier.run(drawings.pixels(chosen).reshape(-1, SIZE, SIZE))
    recognized = np.flatnonzero(outputs.logits.argmax(axis=1) == drawings.targets[chosen])[:MAX_DIRECTIONS]
    if len(recognized) < MIN_RECOGNIZED or not outputs.embeddings.shape[1]:
        return None  # an artifact of an older release has no embeddings
    # Whiten, so that a distance counts in standard deviations of the features: (features,), (features, features).
    mean, whitening = outputs.embeddings.mean(axis=0), _whitening(outputs.embeddings)
    confidence = classifier.calibration.probabilities(outputs.logits[recognized]).max(axis=1)
    # `directions` needs the mean and the whitening, so it comes from a space without known drawings.
    empty = FeatureSpace(mean, whitening, known=np.empty((0, len(mean)), np.float32), log_odds=log_odds(confidence))
    return FeatureSpace(mean, whitening, empty.directions(outputs.embeddings[recognized]), empty.log_odds)


def _whitening(embeddings: Floats) -> Floats:
    """Return a matrix W, (features, features), so that (x - mean) @ W has unit covariance."""
    covariance = np.cov(embeddings, rowvar=False)
    # Shrinkage keeps the inverse stable where features hardly vary.
    identity = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * identity
    whitening: Floats = np.linalg.cholesky(np.linalg.inv(shrunk)).astype(np.float32)
    return whitening

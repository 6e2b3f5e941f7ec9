from __future__ import annotations

import numpy as np
import pytest

from recognition import starter
from recognition.inference.classifier import Classifier
from tests.training.doodles import KINDS, doodles
from training.data.drawing_index import Drawings, Part
from training.evaluation.feature_space import MIN_RECOGNIZED, fit_feature_space

PIXELS = np.concatenate([doodles(kind, 100) for kind in KINDS])
KIND_OF = np.repeat(np.arange(len(KINDS)), 100)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    model = starter.read()
    return Classifier(model.artifact, model.labels, model.calibration)


def drawings(targets: np.ndarray) -> Drawings:  # type: ignore[type-arg]
    return Drawings(
        [Part(int(target), PIXELS, np.flatnonzero(targets == target).astype(np.int32)) for target in set(targets)]
    )


def said(classifier: Classifier) -> np.ndarray:  # type: ignore[type-arg]
    return classifier.logits(PIXELS.reshape(-1, 28, 28)).argmax(axis=1)


def test_drawings_of_one_kind_are_more_alike_than_others(classifier: Classifier) -> None:
    space = fit_feature_space(classifier, drawings(said(classifier)), seed=0)
    assert space is not None
    directions = space.directions(classifier.run(PIXELS.reshape(-1, 28, 28)).embeddings)
    alike, same = directions @ directions.T, KIND_OF[:, np.newaxis] == KIND_OF
    assert alike[same].mean() > alike[~same].mean() + 0.05


def test_only_recognized_drawings_are_known_ones(classifier: Classifier) -> None:
    targets = said(classifier)
    targets[KIND_OF == 0] = (targets[KIND_OF == 0] + 1) % len(classifier.labels)  # all misses
    space = fit_feature_space(classifier, drawings(targets), seed=0)
    assert space is not None
    assert len(space.known) == len(space.log_odds) == 200


def test_too_few_drawings_tell_nothing(classifier: Classifier) -> None:
    few = drawings(said(classifier)).select(np.arange(len(PIXELS)) < MIN_RECOGNIZED - 1)
    assert fit_feature_space(classifier, few, seed=0) is None

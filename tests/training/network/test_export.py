from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from training.network.cnn import build_network
from training.network.export import to_litert

pytestmark = pytest.mark.tensorflow

LABELS = ["cat", "eye", "fish"]


BITMAPS = np.random.default_rng(0).integers(0, 256, (16, 28, 28), dtype=np.uint8)


@pytest.fixture(scope="module")
def model() -> Any:
    keras.utils.set_random_seed(0)
    return build_network((8, 16), (0, 1), len(LABELS))


def trained(model: Any, bitmaps: np.ndarray) -> np.ndarray:
    logits: np.ndarray = model(bitmaps[..., np.newaxis].astype(np.float32) / 255, training=False).numpy()
    return logits


def test_litert_answers_what_keras_answers(model: Any) -> None:
    artifact = to_litert(model, mirrored=False, quantize=False)
    served = Classifier(artifact, LABELS, Calibration()).logits(BITMAPS)
    np.testing.assert_allclose(served, trained(model, BITMAPS), atol=1e-5)


def test_a_drawing_and_its_mirror_image_have_the_same_answer_their_average(model: Any) -> None:
    classifier = Classifier(to_litert(model, quantize=False), LABELS, Calibration())
    mirrored = BITMAPS[:, :, ::-1]
    served = classifier.run(BITMAPS)
    average = (trained(model, BITMAPS) + trained(model, mirrored)) / 2
    np.testing.assert_allclose(served.logits, average, atol=1e-5)
    np.testing.assert_allclose(classifier.logits(mirrored), average, atol=1e-5)
    weights, bias = model.layers[-1].get_weights()
    np.testing.assert_allclose(served.embeddings @ weights + bias, served.logits, atol=1e-5)


def test_classes_whose_direction_matters_are_told_from_their_mirror_images(model: Any) -> None:
    classifier = Classifier(to_litert(model, [False, True, False], quantize=False), LABELS, Calibration())
    served, mirrored = classifier.logits(BITMAPS), classifier.logits(BITMAPS[:, :, ::-1])
    np.testing.assert_allclose(served[:, 1], trained(model, BITMAPS)[:, 1], atol=1e-5)
    np.testing.assert_allclose(served[:, [0, 2]], mirrored[:, [0, 2]], atol=1e-5)
    assert np.abs(served[:, 1] - mirrored[:, 1]).max() > 1e-3

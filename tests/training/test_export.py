from __future__ import annotations

import numpy as np
import pytest

from recognition.classifier import Calibration, Classifier
from training.cnn import Architecture, build
from training.export import to_litert

pytestmark = pytest.mark.tensorflow

LABELS = ["cat", "eye", "fish"]


def test_litert_answers_what_keras_answers() -> None:
    import keras

    keras.utils.set_random_seed(0)
    model = build(Architecture(channels=(8, 16), blocks=(0, 1)), len(LABELS))
    bitmaps = np.random.default_rng(0).integers(0, 256, (16, 28, 28), dtype=np.uint8)
    artifact = to_litert(model, quantize=False)
    served = Classifier(artifact, LABELS, Calibration()).logits(bitmaps)
    trained = model(bitmaps[..., np.newaxis].astype(np.float32) / 255, training=False).numpy()
    np.testing.assert_allclose(served, trained, atol=1e-5)

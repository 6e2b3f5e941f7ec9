from __future__ import annotations

import keras
import numpy as np
import pytest

from training.hyperparameters import PRESETS, Hyperparameters
from training.network.cnn import FusedBatchNormalization, build_network

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_logits_are_float32_whatever_is_computed_in(precision: str) -> None:
    model = build_network((8, 16), (0, 1), 5, precision)
    logits = model(np.zeros((2, 28, 28, 1), np.float32))
    assert (tuple(logits.shape), logits.dtype.name) == ((2, 5), "float32")


def test_normalization_is_what_keras_computes() -> None:
    images = np.random.default_rng(0).normal(3, 2, (8, 4, 4, 2)).astype(np.float32)
    ours = FusedBatchNormalization(dtype="float32")
    theirs = keras.layers.BatchNormalization(momentum=ours.momentum)
    for training in (True, False):
        expected = theirs(images, training=training).numpy()
        np.testing.assert_allclose(ours(images, training=training).numpy(), expected, rtol=0.01, atol=0.02)


@pytest.mark.parametrize("preset", list(PRESETS.values()), ids=list(PRESETS))
def test_presets_fit_an_artifact_of_two_megabytes_for_all_345_classes(preset: Hyperparameters) -> None:
    assert build_network(preset.channels, preset.blocks, 345).count_params() < 1_900_000  # a byte each as int8

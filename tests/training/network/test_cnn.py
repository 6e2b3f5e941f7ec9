from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.hyperparameters import PRESETS, Hyperparameters
from training.network.cnn import FusedBatchNormalization, build_network, fastest_precision

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_logits_are_float32_whatever_is_computed_in(precision: str) -> None:
    model = build_network((8, 16), (0, 1), 5, precision)
    logits = model(np.zeros((2, 28, 28, 1), np.float32))
    assert (tuple(logits.shape), logits.dtype.name) == ((2, 5), "float32")


@pytest.mark.parametrize(
    ("details", "precision"),
    [
        ({"compute_capability": (9, 0)}, "mixed_bfloat16"),
        ({"compute_capability": (8, 0)}, "mixed_bfloat16"),
        ({"compute_capability": (7, 5)}, "mixed_float16"),
        ({"compute_capability": (6, 1)}, "float32"),
        ({}, "float32"),
    ],
    ids=["Hopper", "Ampere", "Turing", "Pascal", "not NVIDIA's"],
)
def test_the_precision_follows_the_gpu(
    monkeypatch: pytest.MonkeyPatch, details: dict[str, tuple[int, int]], precision: str
) -> None:
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0"])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda device: details)
    assert fastest_precision() == precision


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

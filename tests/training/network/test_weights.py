from __future__ import annotations

import numpy as np
import pytest

from training.hyperparameters import PRESETS, Hyperparameters
from training.models.npz import from_npz, to_npz
from training.network.cnn import build_network
from training.network.weights import infer_levels, ordered_weights, transferred, weight_arrays

pytestmark = pytest.mark.tensorflow

LEVELS = ((8, 16), (0, 0))
IMAGES = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)


def test_a_warm_start_knows_what_the_champion_knew_wherever_its_classes_are_now() -> None:
    champion = build_network(*LEVELS, 3)
    model = build_network(*LEVELS, 4)
    arrays = from_npz(to_npz(weight_arrays(champion)))
    labels = ("ant", "cat", "dog", "robot")
    model.set_weights(transferred(model.get_weights(), labels, ordered_weights(arrays), ("dog", "cat", "ant")))
    np.testing.assert_allclose(model(IMAGES).numpy()[:, [2, 1, 0]], champion(IMAGES).numpy(), rtol=1e-5)


def test_a_class_that_is_no_longer_wanted_is_dropped() -> None:
    champion = build_network(*LEVELS, 3)
    model = build_network(*LEVELS, 2)
    model.set_weights(transferred(model.get_weights(), ("ant", "cat"), champion.get_weights(), ("dog", "cat", "ant")))
    np.testing.assert_allclose(model(IMAGES).numpy(), champion(IMAGES).numpy()[:, [2, 1]], rtol=1e-5)


def test_a_class_that_the_champion_lacks_keeps_its_column() -> None:
    champion, model = build_network(*LEVELS, 1), build_network(*LEVELS, 2)
    weights = model.get_weights()
    kernel = transferred(weights, ("ant", "robot"), champion.get_weights(), ("ant",))[-2]
    np.testing.assert_array_equal(kernel[:, 1], weights[-2][:, 1])


@pytest.mark.parametrize("preset", list(PRESETS.values()), ids=list(PRESETS))
def test_weights_tell_the_architecture(preset: Hyperparameters) -> None:
    network = build_network(preset.channels, preset.blocks, 5)
    assert infer_levels(network.get_weights()) == (preset.channels, preset.blocks)

from __future__ import annotations

import numpy as np
import pytest

from training.network.cnn import Architecture, build_network
from training.network.weights import from_npz, to_npz, transfer_weights, weight_arrays

pytestmark = pytest.mark.tensorflow

ARCHITECTURE = Architecture(channels=(8, 16), blocks=(0, 0))
IMAGES = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)


def test_a_warm_start_knows_what_the_champion_knew_wherever_its_classes_are_now() -> None:
    champion = build_network(ARCHITECTURE, 3)
    model = build_network(ARCHITECTURE, 4)
    arrays = from_npz(to_npz(weight_arrays(champion)))
    transfer_weights(model, ("ant", "cat", "dog", "robot"), arrays, ("dog", "cat", "ant"))
    np.testing.assert_allclose(model(IMAGES).numpy()[:, [2, 1, 0]], champion(IMAGES).numpy(), rtol=1e-5)


def test_a_class_that_is_no_longer_wanted_is_dropped() -> None:
    champion = build_network(ARCHITECTURE, 3)
    model = build_network(ARCHITECTURE, 2)
    transfer_weights(model, ("ant", "cat"), weight_arrays(champion), ("dog", "cat", "ant"))
    np.testing.assert_allclose(model(IMAGES).numpy(), champion(IMAGES).numpy()[:, [2, 1]], rtol=1e-5)


def test_pickles_are_refused() -> None:
    import io

    file = io.BytesIO()
    np.savez(file, weight0=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        from_npz(file.getvalue())

from __future__ import annotations

import numpy as np
import pytest

from training.data.drawing_index import Drawings, Part
from training.network.cnn import build_network
from training.network.lesson import add_prior, interpolate

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_weights_end_between_those_of_the_start_and_those_that_were_learnt(share: float) -> None:
    network, start = (build_network((8, 16), (0, 0), 3) for _ in range(2))
    learnt, initial = network.get_weights(), start.get_weights()
    interpolate(network, initial, share)
    for weights, before, after in zip(network.get_weights(), initial, learnt, strict=True):
        np.testing.assert_allclose(weights, (1 - share) * before + share * after, rtol=1e-4, atol=1e-6)


def test_the_prior_raises_classes_with_many_drawings() -> None:
    network = build_network((8, 16), (0, 0), 3)
    *_, before = network.get_weights()
    rows = [np.zeros(count, np.int32) for count in (100, 10)]
    pixels = np.zeros((1, 784), np.uint8)
    add_prior(network, Drawings([Part(target, pixels, chosen) for target, chosen in enumerate(rows)]), 0.5)
    *_, after = network.get_weights()
    np.testing.assert_allclose(after - before, 0.5 * np.log([100, 10, 1]), rtol=1e-5)

from __future__ import annotations

import numpy as np
import pytest

from training.network.cnn import build_network
from training.network.lesson import interpolate

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_weights_end_between_those_of_the_start_and_those_that_were_learnt(share: float) -> None:
    network, start = (build_network((8, 16), (0, 0), 3) for _ in range(2))
    learnt, initial = network.get_weights(), start.get_weights()
    interpolate(network, initial, share)
    for weights, before, after in zip(network.get_weights(), initial, learnt, strict=True):
        np.testing.assert_allclose(weights, (1 - share) * before + share * after, rtol=1e-4, atol=1e-6)

from __future__ import annotations

import numpy as np
import pytest

from tests.training.doodles import KINDS, doodles
from training.augmentation.batches import Batches, Pools
from training.data.drawing_index import Drawings, Part
from training.fit import fit, make_student
from training.hyperparameters import Hyperparameters
from training.network.first_guess import guess_new_classes

pytestmark = pytest.mark.tensorflow

NEW = 2


def drawings(seed: int, *kinds: int) -> Drawings:
    rows = np.arange(60, dtype=np.int32)
    return Drawings([Part(kind, doodles(KINDS[kind], 60, seed), rows) for kind in kinds])


def test_a_new_class_is_recognized_from_known_features_and_known_ones_still_are() -> None:
    hyper = Hyperparameters(channels=(8, 16, 32), blocks=(0, 0, 0), batch_size=32, epochs=1, steps_per_epoch=60)
    network = fit(make_student(KINDS, hyper), Batches(Pools(drawings(0, 0, 1)), hyper), [])
    guess_new_classes(network, Pools(drawings(0, 0, 1), drawings(0, NEW)), [NEW], seed=0)
    shown = drawings(7, 0, 1, NEW)
    images = shown.pixels(np.arange(len(shown))).reshape(-1, 28, 28, 1).astype(np.float32) / 255
    right = network(images).numpy().argmax(axis=1) == shown.targets
    assert right[shown.targets == NEW].mean() > 0.7
    assert right[shown.targets != NEW].mean() > 0.8

from __future__ import annotations

import numpy as np

from recognition.imaging.bitmap import is_blank_or_dot
from training.augmentation.scribbles import scribbles


def test_scribbles_are_different_pictures_with_ink() -> None:
    pictures = scribbles(50, seed=0)
    assert len({picture.tobytes() for picture in pictures}) == 50
    assert not any(is_blank_or_dot(picture.reshape(28, 28)) for picture in pictures)


def test_a_seed_always_draws_the_same() -> None:
    np.testing.assert_array_equal(scribbles(5, seed=1), scribbles(5, seed=1))
    assert (scribbles(5, seed=1) != scribbles(5, seed=2)).any()


def test_there_may_be_none() -> None:
    assert scribbles(0, seed=0).shape == (0, 784)

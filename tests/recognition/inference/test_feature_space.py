from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from recognition.inference.feature_space import FeatureSpace, InvalidFeatures, log_odds


@pytest.fixture
def space() -> FeatureSpace:
    random = np.random.default_rng(0)
    known = random.normal(size=(50, 8)).astype(np.float32)
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    return FeatureSpace(
        np.ones(8, np.float32), 2 * np.eye(8, dtype=np.float32), known, random.normal(size=50).astype(np.float32)
    )


def test_directions_are_of_unit_length(space: FeatureSpace) -> None:
    directions = space.directions(np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32))
    assert np.linalg.norm(directions, axis=1) == pytest.approx(1)


def test_a_drawing_at_the_very_mean_has_no_direction(space: FeatureSpace) -> None:
    assert space.directions(space.mean[np.newaxis]).tolist() == [[0.0] * 8]


def test_it_comes_back_from_the_database_as_it_went_in(space: FeatureSpace) -> None:
    again = FeatureSpace.from_npz(space.to_npz())
    assert again.mean.tolist() == space.mean.tolist()
    assert again.whitening.tolist() == space.whitening.tolist()
    assert np.abs(again.known - space.known).max() < 1 / 127
    assert np.abs(again.log_odds - space.log_odds).max() < 1 / 500


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"PK\x03\x04 rubbish"])
def test_rubbish_is_refused(rubbish: bytes) -> None:
    with pytest.raises(InvalidFeatures):
        FeatureSpace.from_npz(rubbish)


def test_a_damaged_file_is_refused_wherever_it_is_damaged(space: FeatureSpace) -> None:
    sound = space.to_npz()
    for place in range(0, len(sound), 7):
        with suppress(InvalidFeatures):  # some bytes say nothing
            FeatureSpace.from_npz(sound[:place] + b"\xee" + sound[place + 1 :])


def test_statistics_that_do_not_fit_together_are_refused(space: FeatureSpace) -> None:
    with pytest.raises(InvalidFeatures, match="fit together"):
        FeatureSpace.from_npz(replace(space, mean=space.mean[1:]).to_npz())
    with pytest.raises(InvalidFeatures, match="no number"):
        FeatureSpace.from_npz(replace(space, mean=space.mean * np.inf).to_npz())


def test_certainty_has_finite_odds() -> None:
    assert np.isfinite(log_odds(np.array([0, 0.5, 1], np.float32))).all()

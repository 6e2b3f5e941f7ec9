from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from recognition.inference.feature_space import FeatureSpace, log_odds
from recognition.inference.prototypes import (
    FALSE_POSITIVE_RATE,
    NewClass,
    apply_new_classes,
    learn_class,
    with_joint_threshold,
)
from recognition.inference.results import Calibration, Guess, Outputs, Recognition

DIMENSIONS, KNOWN_CLASSES = 16, 5


def guess(label: str, confidence: float) -> Guess:
    return Guess(label=label, confidence=confidence)


UNSURE = Recognition((guess("cat", 0.4), guess("dog", 0.3)), recognized=True)
SURE = Recognition((guess("cat", 0.999), guess("dog", 0.001)), recognized=True)


def cloud(axis: int, count: int, seed: int = 0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Embeddings of one class: far out along one axis."""
    centre = 6 * np.eye(DIMENSIONS)[axis]
    return (centre + np.random.default_rng([seed, axis]).normal(size=(count, DIMENSIONS))).astype(np.float32)


@pytest.fixture
def space() -> FeatureSpace:
    """Five known classes along five of the axes."""
    embeddings = np.concatenate([cloud(axis, 400) for axis in range(KNOWN_CLASSES)])
    bare = FeatureSpace(
        embeddings.mean(axis=0),
        np.eye(DIMENSIONS, dtype=np.float32),
        known=np.empty((0, DIMENSIONS), np.float32),
        log_odds=log_odds(np.random.default_rng(0).uniform(0.5, 1, len(embeddings)).astype(np.float32)),
    )
    return FeatureSpace(bare.mean, bare.whitening, bare.directions(embeddings), bare.log_odds)


@pytest.fixture
def giraffe(space: FeatureSpace) -> NewClass:
    return learn_class("giraffe", cloud(9, 10), np.full(10, 0.4, np.float32), space, KNOWN_CLASSES)


def answer(recognition: Recognition, embedding: np.ndarray, space: FeatureSpace, *new: NewClass) -> Recognition:  # type: ignore[type-arg]
    outputs = Outputs(np.zeros((1, KNOWN_CLASSES), np.float32), embedding.reshape(1, DIMENSIONS))
    return apply_new_classes(recognition, outputs, new, space, Calibration(threshold=0.35))


def test_a_drawing_like_the_first_ones_is_answered_with_the_new_class(space: FeatureSpace, giraffe: NewClass) -> None:
    said = answer(UNSURE, cloud(9, 1, seed=1), space, giraffe)
    assert (said.label, said.just_learnt, said.recognized) == ("giraffe", True, True)
    assert said.confidence == pytest.approx(giraffe.confidence)
    assert sum(guess["confidence"] for guess in said.top) <= 1


def test_a_new_class_that_would_mostly_be_wrong_is_not_answered(space: FeatureSpace, giraffe: NewClass) -> None:
    doubtful = replace(giraffe, confidence=0.3)
    said = answer(UNSURE, cloud(9, 1, seed=1), space, doubtful)
    assert (said.label, said.just_learnt, said.recognized) == ("giraffe", True, False)


def test_a_drawing_that_is_not_like_them_is_answered_as_before(space: FeatureSpace, giraffe: NewClass) -> None:
    assert answer(UNSURE, cloud(2, 1, seed=1), space, giraffe) is UNSURE


def test_what_the_network_is_sure_of_is_not_taken_from_it(space: FeatureSpace, giraffe: NewClass) -> None:
    between = (cloud(9, 1, seed=1) + cloud(2, 1, seed=1)) / 2
    assert answer(SURE, between, space, giraffe) is SURE


def test_of_two_new_classes_the_nearer_one_answers(space: FeatureSpace, giraffe: NewClass) -> None:
    zebra = learn_class("zebra", cloud(12, 10), np.full(10, 0.4, np.float32), space, KNOWN_CLASSES)
    assert answer(UNSURE, cloud(12, 1, seed=1), space, giraffe, zebra).label == "zebra"


def test_wrong_drawings_of_a_new_class_take_no_more_than_their_share_of_the_known_ones(space: FeatureSpace) -> None:
    spam = learn_class("spam", cloud(2, 10), np.full(10, 0.9, np.float32), space, KNOWN_CLASSES)
    taken = spam.evidence(space.known, space.log_odds) > spam.threshold
    assert taken.mean() <= FALSE_POSITIVE_RATE + 1 / len(space.known)


def test_a_class_whose_drawings_have_nothing_in_common_is_answered_with_little_confidence(
    space: FeatureSpace, giraffe: NewClass
) -> None:
    mixed = np.concatenate([cloud(axis, 2) for axis in range(KNOWN_CLASSES)])
    spam = learn_class("spam", mixed, np.full(10, 0.9, np.float32), space, KNOWN_CLASSES)
    assert spam.confidence < giraffe.confidence / 2


def test_many_new_classes_together_claim_no_more_known_drawings_than_one(space: FeatureSpace) -> None:
    blurred = np.random.default_rng(0).normal(size=(10, 40, DIMENSIONS)).astype(np.float32)
    new = [learn_class(str(index), own, np.full(40, 0.5, np.float32), space, 5) for index, own in enumerate(blurred)]

    def claimed(classes: Sequence[NewClass]) -> float:
        margins = [one.evidence(space.known, space.log_odds) - one.threshold for one in classes]
        return float((np.max(margins, axis=0) > 0).mean())

    assert claimed(new) > 2 * FALSE_POSITIVE_RATE
    assert claimed(with_joint_threshold(new, space)) <= FALSE_POSITIVE_RATE

from __future__ import annotations

import numpy as np
import pytest

from recognition.inference.results import softmax
from training.evaluation.calibration import (
    MAX_REJECTED_SHARE,
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    calibrate,
    fit_temperature,
)
from training.evaluation.reliability import reliability


def overconfident(temperature: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are right exactly as often as they say after division by the temperature, and the targets."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (count, 5)).astype(np.float32)
    chance = softmax(logits)
    targets = np.array([random.choice(5, p=row / row.sum()) for row in chance.astype(float)], np.int32)
    return logits * np.float32(temperature), targets


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_was_put_in_is_found(temperature: float) -> None:
    assert fit_temperature(*overconfident(temperature)) == pytest.approx(temperature, rel=0.03)


def test_a_network_that_is_always_right_or_always_wrong_gets_a_bounded_temperature() -> None:
    logits, _ = overconfident(1.0, count=100)
    best, worst = logits.argmax(axis=1).astype(np.int32), logits.argmin(axis=1).astype(np.int32)
    assert (fit_temperature(logits / 100, best), fit_temperature(logits * 100, worst)) == (
        MIN_TEMPERATURE,
        MAX_TEMPERATURE,
    )


def test_after_calibration_confidence_is_what_it_says() -> None:
    logits, targets = overconfident(3.0)
    probabilities = calibrate(logits, targets).probabilities(logits)
    error, _ = reliability(probabilities.max(axis=1), probabilities.argmax(axis=1) == targets)
    assert error < 0.02  # of which chance is 0.01


def test_the_threshold_rejects_one_real_drawing_in_twenty_of_an_average_class() -> None:
    logits, targets = overconfident(2.0)
    calibration = calibrate(logits, targets)
    rejected = ~calibration.recognizes(calibration.probabilities(logits))
    by_class = [rejected[targets == target].mean() for target in range(5)]
    assert np.mean(by_class) == pytest.approx(MAX_REJECTED_SHARE, abs=0.002)


def test_without_validation_drawings_nothing_is_changed() -> None:
    calibration = calibrate(np.empty((0, 3), np.float32), np.empty(0, np.int32))
    assert (calibration.temperature, calibration.threshold) == (1.0, 0.0)


def test_reliability_compares_confidence_with_accuracy_bin_by_bin() -> None:
    confidence = np.array([0.9, 0.9, 0.9, 0.9, 0.1])
    error, curve = reliability(confidence, np.array([True, True, True, False, False]))
    assert [(one["count"], one["accuracy"]) for one in curve] == [(1, 0.0), (4, 0.75)]
    assert error == pytest.approx((1 * 0.1 + 4 * 0.15) / 5)

from __future__ import annotations

import numpy as np
import pytest

from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from tests.factories import DATA
from training.evaluation import gate
from training.evaluation.metrics import UNKNOWN_TARGET, Predictions

LABELS = ("cat", "dog")


def answers(right: list[bool] | np.ndarray, targets: list[int] | np.ndarray | None = None) -> Predictions:
    """Answers about drawings of the given targets, all cats by default, right or wrong as given."""
    targets = np.zeros(len(right), np.int32) if targets is None else np.asarray(targets, np.int32)
    said = np.where(np.asarray(right), targets, 1 - targets)
    return Predictions(LABELS, np.eye(2, dtype=np.float32)[said], targets, Calibration())


def mostly(share: float, count: int = 10_000) -> np.ndarray:
    return np.arange(count) < share * count


def test_the_same_answers_pass() -> None:
    assert gate.check_base(answers(mostly(0.9)), answers(mostly(0.9))).passed


def test_losing_a_point_on_the_base_fails() -> None:
    check = gate.check_base(answers(mostly(0.89)), answers(mostly(0.90)))
    assert not check.passed
    assert "-1.00 points on 10,000 drawings" in check.detail


def test_losing_a_tenth_of_a_point_on_many_drawings_passes() -> None:
    assert gate.check_base(answers(mostly(0.899)), answers(mostly(0.900))).passed


def test_too_few_drawings_to_be_sure_fail() -> None:
    candidate = np.arange(200) % 10 != 0
    champion = np.arange(200) % 10 != 1
    assert not gate.check_base(answers(candidate), answers(champion)).passed


def test_classes_unknown_to_the_champion_count_as_its_misses() -> None:
    champion = Predictions(
        ("cat",), np.ones((100, 1), np.float32), np.full(100, UNKNOWN_TARGET, np.int32), Calibration()
    )
    assert gate.check_base(answers(mostly(0.5, 100)), champion).passed


def test_one_collected_drawing_fewer_right_fails() -> None:
    assert gate.check_collected(answers([True, True]), answers([True, False])).passed
    assert not gate.check_collected(answers([True, False]), answers([True, True])).passed


def test_without_collected_test_drawings_there_is_nothing_to_hold_against_it() -> None:
    assert gate.check_collected(answers([]), answers([])).passed


def test_a_class_that_clearly_gets_worse_is_named() -> None:
    targets = np.repeat([0, 1], 100)
    champion = answers(np.ones(200, bool), targets)
    candidate = answers(np.concatenate([np.ones(100, bool), mostly(0.8, 100)]), targets)
    check = gate.check_classes(candidate, champion)
    assert not check.passed
    assert "dog -20.00 points" in check.detail


def test_what_one_class_gains_does_not_make_up_for_what_another_loses() -> None:
    targets = np.repeat([0, 1], [9_500, 500])
    champion = answers(np.concatenate([mostly(0.9, 9_500), np.ones(500, bool)]), targets)
    candidate = answers(np.concatenate([mostly(0.95, 9_500), mostly(0.9, 500)]), targets)
    assert gate.check_base(candidate, champion).passed
    assert not gate.verdict([gate.check_base(candidate, champion), gate.check_classes(candidate, champion)])["passed"]


@pytest.mark.parametrize(("support", "recall"), [(100, 0.94), (49, 0.5)])
def test_a_small_loss_or_a_class_with_few_drawings_says_nothing(support: int, recall: float) -> None:
    targets = np.ones(support, np.int32)
    candidate = answers(mostly(recall, support), targets)
    assert gate.check_classes(candidate, answers(np.ones(support, bool), targets)).passed


def test_forgetting_an_active_class_fails() -> None:
    check = gate.check_vocabulary(["cat"], ["cat", "dog", "unicorn"], active=["cat", "dog"])
    assert not check.passed
    assert check.detail == "It no longer knows dog."


def test_an_artifact_that_works_and_is_small_and_fast_passes() -> None:
    artifact = (DATA / "tiny.tflite").read_bytes()
    classifier = Classifier(artifact, list("abcdef"), Calibration())
    assert [check.name for check in gate.check_artifact(classifier, len(artifact))] == ["self-test", "size", "latency"]


def test_a_large_artifact_fails() -> None:
    classifier = Classifier((DATA / "tiny.tflite").read_bytes(), list("abcdef"), Calibration())
    assert not gate.check_artifact(classifier, 3_000_000)[1].passed


def test_a_verdict_passes_if_every_check_does() -> None:
    good, bad = gate.Check("a", True, ""), gate.Check("b", False, "")
    assert gate.verdict([good, good])["passed"]
    assert not gate.verdict([good, bad])["passed"]

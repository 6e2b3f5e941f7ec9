from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from tests.factories import DATA
from training.evaluation import gate
from training.evaluation.gate import Result
from training.evaluation.paired import Paired

LABELS = ("cat", "dog")


def compared(candidate: np.ndarray, champion: np.ndarray, targets: np.ndarray | None = None) -> Paired:
    """Compare right and wrong answers about drawings of the given targets, all cats by default."""
    return Paired(candidate, champion, np.zeros(len(candidate), np.int32) if targets is None else targets)


def mostly(share: float, count: int = 10_000) -> np.ndarray:
    return np.arange(count) < share * count


def by_chance(seed: int, right: float = 0.9, differing: float = 0.04, count: int = 10_000) -> tuple[np.ndarray, ...]:
    """Return two versions' answers that are right as often and differ by chance."""
    random = np.random.default_rng(seed)
    first = random.random(count) < right
    swapped = random.permutation(count)[: round(differing * count)]
    second = first.copy()
    second[swapped] = random.permutation(first[swapped])
    return first, second


def results(checks: Sequence[gate.Check]) -> list[str]:
    return [check.result.value for check in checks]


def test_the_same_answers_pass() -> None:
    assert results(gate.check_base(compared(mostly(0.9), mostly(0.9)))) == ["passed"] * 3


def test_an_equal_version_passes_although_its_answers_differ() -> None:
    assert results(gate.check_base(compared(*by_chance(seed=1)))) == ["passed"] * 3


def test_losing_two_points_on_the_base_is_a_loss() -> None:
    accuracy, *_ = gate.check_base(compared(mostly(0.88), mostly(0.90)))
    assert accuracy.result == "lost"
    assert "-2.00 points top-1 on 10,000 drawings of 1 classes" in accuracy.detail
    assert accuracy.needed == "base drawings would have to be 1.23 points better"


def test_too_few_drawings_to_be_sure_prove_nothing() -> None:
    candidate = np.arange(200) % 10 != 0
    champion = np.arange(200) % 10 != 1
    accuracy, *_ = gate.check_base(compared(candidate, champion))
    assert accuracy.result == "unproven"


def test_classes_with_few_test_drawings_are_judged_together() -> None:
    targets = np.repeat(np.arange(100), 49).astype(np.int32)
    champion = np.ones(4_900, bool)
    _, macro, thin = gate.check_base(compared(mostly(0.9, 4_900), champion, targets))
    assert (macro.result, thin.result) == ("passed", "lost")


def test_thin_classes_do_not_weigh_more_than_others_in_the_macro_recall() -> None:
    targets = np.repeat([0, 1], [9_500, 500]).astype(np.int32)
    candidate = np.concatenate([mostly(0.91, 9_500), mostly(0.8, 500)])
    champion = np.concatenate([mostly(0.9, 9_500), mostly(0.9, 500)])
    accuracy, macro, _ = gate.check_base(compared(candidate, champion, targets))
    assert (accuracy.result, macro.result) == ("passed", "lost")


def test_small_losses_against_the_anchor_add_up() -> None:
    within, _ = gate.check_anchor(compared(mostly(0.892), mostly(0.9)), "version 1")
    beyond, _ = gate.check_anchor(compared(mostly(0.889), mostly(0.9)), "version 1")
    assert (within.result, beyond.result) == ("passed", "lost")
    assert "so that 0.20 points are left" in within.detail


def test_a_class_that_clearly_gets_worse_is_named() -> None:
    targets = np.repeat([0, 1], 100).astype(np.int32)
    candidate = np.concatenate([np.ones(100, bool), mostly(0.8, 100)])
    check = gate.check_classes(compared(candidate, np.ones(200, bool), targets), LABELS)
    assert check.result == "lost"
    assert check.detail.startswith("Significantly worse: dog")


@pytest.mark.parametrize(("support", "recall"), [(100, 0.96), (49, 0.5)])
def test_a_small_loss_or_a_class_with_few_drawings_says_nothing(support: int, recall: float) -> None:
    targets = np.ones(support, np.int32)
    assert gate.check_classes(compared(mostly(recall, support), np.ones(support, bool), targets), LABELS).passed


def test_new_classes_have_to_be_recognized() -> None:
    nothing = np.zeros(100, bool)
    assert gate.check_new_classes(compared(mostly(0.7, 100), nothing)).passed
    assert gate.check_new_classes(compared(mostly(0.4, 100), nothing)).result == "lost"
    assert gate.check_new_classes(compared(mostly(0.4, 5), nothing[:5])).result == "unproven"
    assert gate.check_new_classes(compared(nothing[:0], nothing[:0])).passed


def test_new_classes_must_not_be_recognized_worse_than_by_their_prototypes() -> None:
    assert gate.check_new_classes(compared(mostly(0.7, 100), mostly(0.9, 100))).result == "lost"
    assert gate.check_new_classes(compared(mostly(0.8, 5), mostly(1, 5))).passed


def test_one_user_drawing_fewer_is_chance_and_ten_are_not() -> None:
    champion = np.ones(100, bool)
    assert gate.check_collected("people", compared(mostly(0.99, 100), champion)).passed
    assert gate.check_collected("people", compared(mostly(0.9, 100), champion)).result == "lost"


def test_without_user_test_drawings_there_is_nothing_to_hold_against_it() -> None:
    assert gate.check_collected("people", compared(np.zeros(0, bool), np.zeros(0, bool))).passed


def test_recognizing_user_drawings_better_is_a_gain() -> None:
    assert gate.check_collected("people", compared(mostly(0.9, 100), mostly(0.8, 100))).gain


HONEST = gate.Honesty(calibration_error=0.01, rejected=0.05, scribble_auroc=0.97, half_ink_accuracy=0.7)


@pytest.mark.parametrize(
    "worse", [{"calibration_error": 0.03}, {"rejected": 0.08}, {"scribble_auroc": 0.95}, {"half_ink_accuracy": 0.67}]
)
def test_a_version_that_no_longer_knows_what_it_does_not_know_loses(worse: dict[str, float]) -> None:
    assert results(gate.check_honesty(HONEST, HONEST)) == ["passed"] * 4
    assert results(gate.check_honesty(replace(HONEST, **worse), HONEST)).count("lost") == 1


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
    good, bad = gate.Check("a", Result.PASSED, ""), gate.Check("b", Result.LOST, "", "b would have to be better")
    assert gate.verdict([good, good])["passed"]
    assert not gate.verdict([good, bad])["passed"]
    assert gate.verdict([good, bad])["summary"] == "It is refused. To pass, b would have to be better."


@pytest.mark.parametrize(
    ("result", "gains", "outcome"),
    [
        (Result.PASSED, [], "passes"),
        (Result.UNPROVEN, [], "ask"),
        (Result.LOST, [], "refused"),
        (Result.LOST, ["the new classes owl"], "ask"),
        (Result.BROKEN, ["the new classes owl"], "refused"),
    ],
)
def test_people_are_asked_where_something_is_gained_or_nothing_is_certain(
    result: Result, gains: list[str], outcome: str
) -> None:
    assert gate.verdict([gate.Check("a", result, "")], gains)["outcome"] == outcome

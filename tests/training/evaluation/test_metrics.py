from __future__ import annotations

import numpy as np
import pytest

from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from tests.factories import DATA
from tests.training.doodles import doodles
from training.data.drawing_index import Drawings, Part
from training.evaluation.metrics import UNKNOWN_TARGET, Predictions, compute_metrics, confusion_matrix, predict_drawings

OWN = ("banana", "cat", "eye", "fish", "house", "star")


@pytest.fixture
def tiny() -> Classifier:
    return Classifier((DATA / "tiny.tflite").read_bytes(), OWN, Calibration(temperature=0.7, threshold=0.5))


def some_answers() -> Predictions:
    """Three cats, of which one is called a dog with little confidence, and a dog."""
    probabilities = np.array([[0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.9, 0.0]], np.float32)
    return Predictions.from_probabilities(
        ("cat", "dog", "eel"), probabilities, np.array([0, 0, 0, 1], np.int32), Calibration(threshold=0.5)
    )


def test_accuracies_are_shares_of_all_drawings() -> None:
    figures = compute_metrics(some_answers())
    assert (figures["count"], figures["top1"], figures["top3"]) == (4, 0.75, 1.0)


def test_each_class_has_its_recall_precision_and_confusions() -> None:
    classes = compute_metrics(some_answers())["classes"]
    assert classes["cat"] == {
        "support": 3,
        "recall": pytest.approx(2 / 3),
        "precision": 1.0,
        "said": {"cat": 2, "dog": 1},
    }
    assert classes["dog"]["precision"] == 0.5
    assert classes["eel"] == {"support": 0, "recall": None, "precision": None, "said": {}}


def test_the_average_class_counts_thin_classes_as_much_as_others() -> None:
    assert compute_metrics(some_answers())["macro_recall"] == pytest.approx((2 / 3 + 1) / 2)


def test_answers_below_the_threshold_count_as_rejected() -> None:
    assert compute_metrics(some_answers())["rejected"] == 0.25


def test_nothing_is_measured_on_no_drawings() -> None:
    nothing = Predictions.from_probabilities(
        ("cat",), np.empty((0, 1), np.float32), np.empty(0, np.int32), Calibration()
    )
    assert compute_metrics(nothing) == {"count": 0}


def test_the_confusion_matrix_has_what_it_is_in_rows() -> None:
    assert confusion_matrix(some_answers()).tolist() == [[2, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_targets_are_translated_to_the_networks_own_labels(tiny: Classifier) -> None:
    rows = np.arange(2, dtype=np.int32)
    drawings = Drawings([Part(0, doodles("ring", 2), rows), Part(1, doodles("cross", 2), rows)])
    answers = predict_drawings(tiny, drawings, labels=("cat", "robot"))
    assert answers.targets.tolist() == [1, 1, UNKNOWN_TARGET, UNKNOWN_TARGET]


def test_drawings_of_an_unknown_class_are_misses(tiny: Classifier) -> None:
    drawings = Drawings([Part(0, doodles("ring", 3), np.arange(3, dtype=np.int32))])
    assert compute_metrics(predict_drawings(tiny, drawings, labels=("robot",)))["top1"] == 0.0


def test_answers_are_those_of_the_classifier_that_serves(tiny: Classifier) -> None:
    pixels = doodles("zigzag", 5)
    drawings = Drawings([Part(0, pixels, np.arange(5, dtype=np.int32))])
    served = [tiny.recognize(picture.reshape(28, 28)).confidence for picture in pixels]
    np.testing.assert_allclose(predict_drawings(tiny, drawings, OWN).confidence, served, rtol=1e-6)

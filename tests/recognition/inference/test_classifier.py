from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from recognition.imaging.bitmap import Bitmap
from recognition.imaging.rasterize import rasterize
from recognition.inference.classifier import Classifier
from recognition.inference.results import TOP_GUESSES, Calibration, InvalidArtifact, softmax
from tests.factories import DATA, strokes_of

ARTIFACT = (DATA / "tiny.tflite").read_bytes()
LABELS: list[str] = json.loads((DATA / "tiny.json").read_text())["labels"]


def tiny(calibration: Calibration | None = None) -> Classifier:
    return Classifier(ARTIFACT, LABELS, calibration or Calibration())


@pytest.fixture
def cat() -> Bitmap:
    return rasterize(strokes_of("cat"))


@pytest.fixture
def house() -> Bitmap:
    return rasterize(strokes_of("house"))


def test_a_real_drawing_is_recognized(cat: Bitmap) -> None:
    recognition = tiny().recognize(cat)

    assert recognition.label == "cat"
    assert recognition.recognized


def test_the_five_best_come_best_first(cat: Bitmap) -> None:
    top = tiny().recognize(cat).top

    assert len(top) == TOP_GUESSES
    assert [guess["confidence"] for guess in top] == sorted((guess["confidence"] for guess in top), reverse=True)


def test_probabilities_of_each_drawing_add_up_to_one(cat: Bitmap, house: Bitmap) -> None:
    probabilities = tiny().probabilities(np.stack([cat, house]))

    assert probabilities.shape == (2, len(LABELS))
    assert probabilities.sum(axis=1) == pytest.approx(1)


def test_a_batch_gives_what_single_drawings_give(cat: Bitmap, house: Bitmap) -> None:
    classifier = tiny()
    batch = classifier.logits(np.stack([cat, house]))

    assert np.array_equal(batch, np.concatenate([classifier.logits(cat), classifier.logits(house)]))


def test_no_drawings_give_no_answers() -> None:
    assert tiny().logits(np.zeros((0, 28, 28), np.uint8)).shape == (0, len(LABELS))


def test_a_higher_temperature_makes_it_less_sure_of_the_same_label(cat: Bitmap) -> None:
    sure, doubtful = tiny().recognize(cat), tiny(Calibration(temperature=3)).recognize(cat)

    assert doubtful.label == sure.label
    assert doubtful.confidence < sure.confidence


def test_below_its_threshold_it_does_not_know(cat: Bitmap) -> None:
    recognition = tiny(Calibration(threshold=0.9999)).recognize(cat)

    assert not recognition.recognized
    assert recognition.label == "cat"


def test_certainty_is_confidence_at_a_higher_temperature() -> None:
    logits = np.random.default_rng(0).normal(0, 5, (100, 6)).astype(np.float32)
    calibration = Calibration(temperature=0.7, softening=2)
    certainty = calibration.certainty(calibration.probabilities(logits))

    assert certainty == pytest.approx(softmax(logits / np.float32(1.4)).max(axis=1), rel=1e-4)


def test_of_two_answers_as_confident_the_one_that_many_others_rival_is_less_certain() -> None:
    one_rival, many_rivals = [0.4, 0.6, 0, 0, 0, 0], [0.08, 0.6, 0.08, 0.08, 0.08, 0.08]
    probabilities = np.array([one_rival, many_rivals], np.float32)
    calibration = Calibration(threshold=0.5, softening=2)

    assert calibration.recognizes(probabilities).tolist() == [True, False]


def test_without_softening_certainty_is_confidence() -> None:
    probabilities = np.array([[0.4, 0.6]], np.float32)

    assert Calibration(threshold=0.6).recognizes(probabilities).tolist() == [True]
    assert Calibration(threshold=0.61).recognizes(probabilities).tolist() == [False]


@pytest.mark.parametrize("strokes", [[[[5], [5]]], [[[5], [5]], [[200], [200]]]])
def test_dots_are_not_recognized(strokes: list[list[list[float]]]) -> None:
    assert not tiny().recognize(rasterize(strokes)).recognized


def test_a_blank_sheet_is_not_recognized() -> None:
    assert not tiny().recognize(np.zeros((28, 28), np.uint8)).recognized


@pytest.mark.parametrize("artifact", [b"", b"rubbish", ARTIFACT[: len(ARTIFACT) // 2]])
def test_damaged_bytes_are_refused(artifact: bytes) -> None:
    with pytest.raises(InvalidArtifact):
        Classifier(artifact, LABELS, Calibration()).self_test()


def test_bytes_other_than_those_registered_are_refused() -> None:
    with pytest.raises(InvalidArtifact, match="SHA-256"):
        Classifier(ARTIFACT, LABELS, Calibration(), sha256="0" * 64)


@pytest.mark.parametrize("name", [b"keras_tensor", b"serving_default"])
def test_an_artifact_whose_names_are_no_text_is_refused_or_serves(name: bytes, cat: Bitmap) -> None:
    try:
        classifier = Classifier(ARTIFACT.replace(name, b"\xb1" + name[1:]), LABELS, Calibration())
    except InvalidArtifact:
        return
    assert classifier.recognize(cat).label == "cat"


def test_a_wrong_number_of_labels_is_refused() -> None:
    with pytest.raises(InvalidArtifact, match="5 labels"):
        Classifier(ARTIFACT, LABELS[:5], Calibration())


def test_the_self_test_passes_a_network_that_runs() -> None:
    tiny().self_test()


@pytest.mark.parametrize("temperature", [0.0, float("nan")])
def test_the_self_test_refuses_answers_that_are_no_numbers(temperature: float) -> None:
    with np.errstate(all="ignore"), pytest.raises(InvalidArtifact):
        tiny(Calibration(temperature=temperature)).self_test()


def test_threads_do_not_mix_up_their_drawings(cat: Bitmap, house: Bitmap) -> None:
    classifier = tiny()
    drawings = [cat, house] * 200

    with ThreadPoolExecutor(4) as threads:
        labels = [recognition.label for recognition in threads.map(classifier.recognize, drawings)]

    assert labels == ["cat", "house"] * 200


def test_softmax_bears_large_logits() -> None:
    assert softmax(np.array([[1000.0, 0.0]], np.float32)).tolist() == [[1, 0]]

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from tests.factories import DATA, strokes_of
from tests.training.stroked import save_stroked, strokes_of_kind
from training.augmentation.stroke_transforms import jittered
from training.evaluation.robustness import AS_DRAWN, DISTORTIONS, measure_robustness
from training.quickdraw.folder import QuickDrawFolder


def tiny() -> Classifier:
    facts = json.loads((DATA / "tiny.json").read_text())
    return Classifier((DATA / "tiny.tflite").read_bytes(), facts["labels"], Calibration())


def test_drawings_are_recognized_less_often_when_little_of_them_is_drawn(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for word in ("cat", "house"):
        folder = save_stroked(tmp_path, word, [jittered(strokes_of(word), 0.01, random) for _ in range(60)])
    figures = measure_robustness(tiny(), folder, ["cat", "house"])
    assert figures.keys() == DISTORTIONS.keys()
    assert figures[AS_DRAWN] > figures["the first 25 % of the ink"]


def test_a_class_that_the_version_does_not_know_is_missed(tmp_path: Path) -> None:
    folder = save_stroked(tmp_path, "cross", strokes_of_kind("cross", 60))
    assert set(measure_robustness(tiny(), folder, ["cross"]).values()) == {0.0}


def test_without_strokes_there_are_no_figures(tmp_path: Path) -> None:
    assert measure_robustness(tiny(), QuickDrawFolder(tmp_path), ["cat"]) == {}

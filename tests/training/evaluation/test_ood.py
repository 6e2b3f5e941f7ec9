from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from tests.factories import DATA, strokes_of
from tests.training.stroked import save_stroked, strokes_of_kind
from training.augmentation.outliers import is_held_out_class, random_stroke_scribbles
from training.data.drawing_index import Drawings, Part, Pixels
from training.data.paired_strokes import strokes_in_split
from training.evaluation.ood import ood_metrics, unseen_class_drawings
from training.quickdraw.catalog import categories
from training.quickdraw.folder import QuickDrawFolder

KEPT = next(name for name in categories() if is_held_out_class(name))


@pytest.fixture
def scribbles(tmp_path: Path) -> Pixels:
    folder = save_stroked(tmp_path, "zigzag", strokes_of_kind("zigzag", 60))
    return random_stroke_scribbles(Split.TEST, folder, ["zigzag"], 50, seed=0)


@pytest.fixture
def tiny() -> Classifier:
    facts = json.loads((DATA / "tiny.json").read_text())
    calibration = Calibration(facts["temperature"], facts["threshold"])
    return Classifier((DATA / "tiny.tflite").read_bytes(), facts["labels"], calibration)


def drawings(pixels: Pixels) -> Drawings:
    return Drawings([Part(0, pixels, np.arange(len(pixels), dtype=np.int32))])


def test_real_drawings_are_told_from_scribbles(tiny: Classifier, scribbles: Pixels) -> None:
    words = np.array([rasterize(strokes_of(word)).reshape(784) for word in ("cat", "house")])
    figures = ood_metrics(tiny, drawings(words), scribbles)
    assert figures["count"] == 50
    assert 0 < figures["rejected"] < 1
    assert 0 <= figures["false_positives"] < 1
    assert figures["auroc"] > 0.5


def test_nothing_is_told_apart_from_itself(tiny: Classifier, scribbles: Pixels) -> None:
    figures = ood_metrics(tiny, drawings(scribbles), scribbles)
    assert figures["auroc"] == pytest.approx(0.5, abs=0.02)
    assert figures["false_positives"] == pytest.approx(0.95, abs=0.05)


def test_unknown_drawings_are_held_out_ones_of_classes_kept_for_it(tmp_path: Path) -> None:
    folder = save_stroked(tmp_path, KEPT, strokes_of_kind("ring", 60))
    held_out = strokes_in_split(Split.TEST, folder, KEPT)
    assert len(unseen_class_drawings(folder, [])) == len(held_out) > 0
    assert len(unseen_class_drawings(folder, [KEPT])) == 0


def test_an_empty_folder_has_no_unknown_drawings(tmp_path: Path) -> None:
    assert unseen_class_drawings(QuickDrawFolder(tmp_path), []).shape == (0, 784)

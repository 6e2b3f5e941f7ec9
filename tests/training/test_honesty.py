from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recognition.classifier import Calibration, Classifier
from recognition.rasterize import rasterize
from tests.factories import DATA, strokes_of
from training.drawings import Drawings, Part
from training.honesty import measure_honesty, thrown_together
from training.quickdraw.folder import QuickDrawFolder


@pytest.fixture
def folder(tmp_path: Path) -> QuickDrawFolder:
    """A folder with the strokes of ten cats."""
    path = tmp_path / "full" / "simplified" / "cat.ndjson"
    path.parent.mkdir(parents=True)
    path.write_text(10 * (json.dumps({"word": "cat", "drawing": strokes_of("cat")}) + "\n"))
    return QuickDrawFolder(tmp_path)


@pytest.fixture
def tiny() -> Classifier:
    facts = json.loads((DATA / "tiny.json").read_text())
    calibration = Calibration(facts["temperature"], facts["threshold"])
    return Classifier((DATA / "tiny.tflite").read_bytes(), facts["labels"], calibration)


def test_scribbles_are_made_of_other_peoples_strokes_always_the_same(folder: QuickDrawFolder) -> None:
    scribbles = thrown_together(folder, ["cat"], 20, seed=0)
    assert len({picture.tobytes() for picture in scribbles}) == 20
    np.testing.assert_array_equal(scribbles, thrown_together(folder, ["cat"], 20, seed=0))


def test_a_folder_without_strokes_gives_none(tmp_path: Path) -> None:
    assert thrown_together(QuickDrawFolder(tmp_path), ["cat"], 20, seed=0).shape == (0, 784)


def test_real_drawings_are_told_from_scribbles(tiny: Classifier, folder: QuickDrawFolder) -> None:
    words = [rasterize(strokes_of(word)).reshape(784) for word in ("cat", "house")]
    real = Drawings([Part(0, np.array(words), np.arange(2, dtype=np.int32))])
    figures = measure_honesty(tiny, real, thrown_together(folder, ["cat"], 50, seed=0))
    assert figures["count"] == 50
    assert 0 < figures["rejected"] < 1
    assert figures["auroc"] > 0.5


def test_nothing_is_told_apart_from_itself(tiny: Classifier, folder: QuickDrawFolder) -> None:
    scribbles = thrown_together(folder, ["cat"], 50, seed=0)
    same = Drawings([Part(0, scribbles, np.arange(50, dtype=np.int32))])
    assert measure_honesty(tiny, same, scribbles)["auroc"] == pytest.approx(0.5, abs=0.02)

from __future__ import annotations

import json

import numpy as np
import pytest

from recognition import starter
from recognition.explain.feature_maps import FeatureMaps
from recognition.imaging.rasterize import rasterize
from recognition.inference.classifier import Classifier
from tests.factories import DATA, strokes_of

TINY = (DATA / "tiny.tflite").read_bytes()


@pytest.fixture(params=["tiny", "starter"])
def artifact(request: pytest.FixtureRequest) -> bytes:
    return TINY if request.param == "tiny" else starter.read().artifact


def test_each_level_is_half_as_fine_as_the_one_before(artifact: bytes) -> None:
    levels = FeatureMaps(artifact).levels(rasterize(strokes_of("cat")))
    sides = [maps.shape[1:] for maps in levels]
    assert sides in ([(28, 28), (14, 14), (7, 7)], [(28, 28), (14, 14), (7, 7), (4, 4)])
    assert all(maps.dtype == np.float32 and maps.min() >= 0 and maps.max() > 0 for maps in levels)
    features = [len(maps) for maps in levels]
    assert features == sorted(features)


def test_the_last_level_is_what_the_scores_are_made_of() -> None:
    """The tiny network's weights are known: averages times weights plus bias are the classifier's own logits."""
    facts = json.loads((DATA / "tiny.json").read_text())
    classifier = Classifier(TINY, facts["labels"], starter.read().calibration)
    bitmap = rasterize(strokes_of("house"))
    tensors = {one["name"]: one["index"] for one in classifier._interpreter.get_tensor_details()}
    weights, bias = (
        classifier._interpreter.get_tensor(next(index for name, index in tensors.items() if name.endswith(end)))
        for end in ("logits_1/MatMul", "logits_1/BiasAdd")
    )
    averages = FeatureMaps(TINY).levels(bitmap)[-1].mean(axis=(1, 2))
    assert weights @ averages + bias == pytest.approx(classifier.logits(bitmap)[0], abs=1e-3)


def test_one_drawing_after_the_other_leaves_nothing_behind() -> None:
    insides = FeatureMaps(TINY)
    cat, house = (rasterize(strokes_of(word)) for word in ("cat", "house"))
    first = insides.levels(cat)
    insides.levels(house)
    assert all((one == again).all() for one, again in zip(first, insides.levels(cat), strict=True))


def test_a_blank_sheet_can_be_looked_at_too() -> None:
    levels = FeatureMaps(TINY).levels(np.zeros((28, 28), np.uint8))
    assert all(np.isfinite(maps).all() for maps in levels)

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from recognition.explain.explanation import explain
from recognition.imaging.sketch import Sketch
from recognition.serving.model_loader import NoModelInService
from tests.factories import make_version, strokes_of

pytestmark = pytest.mark.django_db


def picture(url: str) -> Image.Image:
    head, _, data = url.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(BytesIO(b64decode(data)))


def test_every_level_comes_with_a_picture_a_sentence_and_the_picture_in_words() -> None:
    make_version()
    explanation = explain(Sketch.of_strokes(strokes_of("cat")))
    assert [level.title for level in explanation.levels] == ["Level 1: 28 × 28", "Level 2: 14 × 14", "Level 3: 7 × 7"]
    for level in explanation.levels:
        assert level.sentence.endswith(".")
        assert f"{level.shown} squares of {level.side} by {level.side} pixels" in level.alt
        assert "of the drawing." in level.alt
    assert len({level.sentence for level in explanation.levels}) == 3
    assert explanation.prediction.label == "cat"


def test_squares_are_as_large_whatever_their_level() -> None:
    make_version()
    levels = explain(Sketch.of_strokes(strokes_of("cat"))).levels
    assert [picture(level.picture).size for level in levels] == [(700, 84), (700, 172), (700, 172)]
    assert [(level.shown, level.features) for level in levels] == [(8, 8), (16, 16), (16, 32)]
    assert levels[2].note == "The 16 strongest of its 32 features."


def test_what_the_network_gets_is_the_bitmap() -> None:
    make_version()
    sketch = Sketch.of_strokes(strokes_of("house"))
    pixels = np.asarray(picture(explain(sketch).pixels))
    assert (pixels[4::8, 4::8] == sketch.bitmap).all()


def test_a_blank_sheet_is_explained_too() -> None:
    make_version()
    explanation = explain(Sketch(np.zeros((28, 28), np.uint8), None, 0))
    assert not explanation.prediction.recognized


def test_without_a_network_there_is_nothing_to_look_into() -> None:
    with pytest.raises(NoModelInService):
        explain(Sketch.of_strokes(strokes_of("cat")))

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from recognition.imaging.picture.transparency import flattened


@pytest.mark.parametrize(("ink", "ground"), [("black", 255), ("white", 0), ("#eee", 0), ("#a11", 255), ("#7f7", 0)])
def test_ink_on_transparency_gets_a_ground_on_which_it_shows(ink: str, ground: int) -> None:
    picture = Image.new("RGBA", (60, 60))
    ImageDraw.Draw(picture).line((10, 10, 50, 50), fill=ink, width=5)
    flat = flattened(picture)

    assert np.unique(flat[:5].reshape(-1, 3), axis=0).tolist() == [[ground] * 3]
    assert np.abs(flat[30, 30].astype(int) - ground).max() > 120


def test_an_outline_decides_and_not_what_it_holds() -> None:
    picture = Image.new("RGBA", (60, 60))
    ImageDraw.Draw(picture).ellipse((10, 10, 50, 50), fill="white", outline="black", width=4)
    assert flattened(picture)[0, 0].tolist() == [255, 255, 255]


def test_what_is_opaque_stays_as_it_is() -> None:
    picture = Image.new("RGB", (20, 20), "#123456")
    assert np.array_equal(flattened(picture.convert("RGBA")), np.asarray(picture))

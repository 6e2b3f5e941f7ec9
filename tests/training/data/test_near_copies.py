from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from tests import parity
from training.data.near_copies import splits_of_originals
from training.data.quickdraw_data import QuickDrawClass

EVERY = 15
NO_ROWS = np.empty(0, np.int32)
NO_PIXELS = np.empty((0, 784), np.uint8)


@pytest.mark.skipif(not parity.FOLDER.is_dir(), reason="There are no official drawings with their strokes.")
@pytest.mark.parametrize("split", Split)
def test_the_strokes_of_a_base_drawing_belong_to_its_split(split: Split) -> None:
    official = parity.read()
    bitmaps = official.bitmaps[::EVERY].reshape(-1, 784)
    drawn = np.stack([rasterize(strokes) for strokes in official.strokes[::EVERY]]).reshape(-1, 784)
    rows = np.arange(len(bitmaps), dtype=np.int32)
    base = QuickDrawClass(bitmaps, dict.fromkeys(Split, NO_ROWS) | {split: rows}, NO_PIXELS, NO_ROWS, "", Counter())
    other = next(one for one in Split if one is not split)
    assert set(splits_of_originals(drawn, [other] * len(drawn), base)) == {split}


def test_a_drawing_without_an_original_keeps_its_split() -> None:
    random = np.random.default_rng(0)
    bitmaps = np.where(random.random((20, 784)) < 0.2, 255, 0).astype(np.uint8)
    rows = np.arange(10, dtype=np.int32)
    base = QuickDrawClass(bitmaps[:10], dict.fromkeys(Split, rows), NO_PIXELS, NO_ROWS, "", Counter())
    assert splits_of_originals(bitmaps[10:], [Split.VALIDATION] * 10, base) == [Split.VALIDATION] * 10

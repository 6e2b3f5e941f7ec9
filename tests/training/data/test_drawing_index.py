from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.training.doodles import doodles, save_base
from training.data.drawing_index import Drawings, Part
from training.quickdraw.folder import QuickDrawFolder


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def test_pixels_come_from_the_source_and_row_of_each_drawing() -> None:
    crosses, rings = doodles("cross", 4), doodles("ring", 4)
    drawings = Drawings([Part(0, crosses, rows(3, 1)), Part(1, rings, rows(0, 2))])
    np.testing.assert_array_equal(drawings.pixels(np.array([2, 0])), np.stack([rings[0], crosses[3]]))
    assert drawings.targets.tolist() == [0, 0, 1, 1]


def test_a_sweep_yields_every_drawing_once() -> None:
    drawings = Drawings([Part(0, doodles("cross", 5), rows(0, 1, 2, 3, 4)), Part(1, doodles("ring", 2), rows(0, 1))])
    pieces = list(drawings.batches(size=3))
    assert [len(pixels) for pixels, _ in pieces] == [3, 3, 1]
    assert np.concatenate([targets for _, targets in pieces]).tolist() == drawings.targets.tolist()


def test_mapped_files_can_be_read_again_after_they_were_forgotten(tmp_path: Path) -> None:
    save_base(tmp_path, {"cross": 5})
    drawings = Drawings([Part(0, QuickDrawFolder(tmp_path).bitmaps("cross"), rows(0, 1, 2))])
    before = drawings.pixels(rows(0, 1, 2))
    drawings.release_pages()
    np.testing.assert_array_equal(drawings.pixels(rows(0, 1, 2)), before)


def test_there_may_be_no_drawings() -> None:
    drawings = Drawings([])
    assert len(drawings) == 0
    assert list(drawings.batches()) == []

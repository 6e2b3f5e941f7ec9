from __future__ import annotations

from pathlib import Path

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split, split_of
from tests.training.stroked import save_stroked, strokes_of_kind
from training.data.paired_strokes import strokes_in_split
from training.quickdraw.folder import QuickDrawFolder


def test_strokes_are_on_the_side_of_their_bitmaps(tmp_path: Path) -> None:
    strokes = strokes_of_kind("zigzag", 60)
    folder = save_stroked(tmp_path, "zigzag", strokes)
    for split in Split:
        found = strokes_in_split(split, folder, "zigzag")
        assert found == [one for one in strokes if split_of(rasterize(one)) is split]
        assert found


def test_there_may_be_fewer_strokes_than_bitmaps(tmp_path: Path) -> None:
    strokes = strokes_of_kind("zigzag", 40)
    folder = save_stroked(tmp_path, "zigzag", strokes[:20], strokes)
    assert sum(len(strokes_in_split(split, folder, "zigzag")) for split in Split) == 20


def test_files_that_do_not_belong_together_give_none(tmp_path: Path) -> None:
    folder = save_stroked(tmp_path, "zigzag", strokes_of_kind("zigzag", 40), strokes_of_kind("zigzag", 40, seed=1))
    assert not any(strokes_in_split(split, folder, "zigzag") for split in Split)


def test_without_files_there_are_none(tmp_path: Path) -> None:
    assert strokes_in_split(Split.TRAIN, QuickDrawFolder(tmp_path), "zigzag") == []

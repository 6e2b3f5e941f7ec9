from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from tests.training.stroked import save_stroked, strokes_of_kind
from training.augmentation.outliers import is_held_out_class, outliers, random_stroke_scribbles
from training.data.paired_strokes import strokes_in_split
from training.quickdraw.catalog import categories
from training.quickdraw.folder import QuickDrawFolder

KEPT = next(name for name in categories() if is_held_out_class(name))
SHOWN = next(name for name in categories() if not is_held_out_class(name))


@pytest.fixture
def folder(tmp_path: Path) -> QuickDrawFolder:
    """A folder of official files with zigzags as a class of ours, rings and crosses as others."""
    save_stroked(tmp_path, KEPT, strokes_of_kind("ring", 60))
    save_stroked(tmp_path, SHOWN, strokes_of_kind("cross", 60))
    return save_stroked(tmp_path, "zigzag", strokes_of_kind("zigzag", 60))


def pictures_of(folder: QuickDrawFolder, name: str, split: Split) -> set[bytes]:
    return {rasterize(one).tobytes() for one in strokes_in_split(split, folder, name)}


def test_drawings_of_other_classes_are_outliers_but_for_those_kept_to_measure_with(folder: QuickDrawFolder) -> None:
    shown = {picture.tobytes() for picture in outliers(folder, ["zigzag"], 60, seed=0)}
    assert pictures_of(folder, SHOWN, Split.TRAIN) <= shown
    assert not pictures_of(folder, SHOWN, Split.TEST) & shown
    assert not pictures_of(folder, KEPT, Split.TRAIN) & shown


def test_a_class_that_is_learnt_is_no_outlier(folder: QuickDrawFolder) -> None:
    shown = {picture.tobytes() for picture in outliers(folder, ["zigzag", SHOWN], 60, seed=0)}
    assert not pictures_of(folder, SHOWN, Split.TRAIN) & shown


def test_a_quarter_of_the_classes_is_kept() -> None:
    assert np.mean([is_held_out_class(name) for name in categories()]) == pytest.approx(0.25, abs=0.06)


def test_scribbles_are_made_of_other_peoples_strokes_always_the_same(folder: QuickDrawFolder) -> None:
    scribbles = random_stroke_scribbles(Split.TRAIN, folder, ["zigzag"], 20, seed=0)
    assert len({picture.tobytes() for picture in scribbles}) == 20
    np.testing.assert_array_equal(scribbles, random_stroke_scribbles(Split.TRAIN, folder, ["zigzag"], 20, seed=0))


def test_an_empty_folder_leaves_random_scribbles(tmp_path: Path) -> None:
    assert random_stroke_scribbles(Split.TRAIN, QuickDrawFolder(tmp_path), ["zigzag"], 20, seed=0).shape == (0, 784)
    assert outliers(QuickDrawFolder(tmp_path), ["zigzag"], 20, seed=0).shape == (20, 784)

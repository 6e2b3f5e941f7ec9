from __future__ import annotations

from pathlib import Path

import numpy as np

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from tests.training.stroked import save_stroked, strokes_of_kind
from training.augmentation.stroke_augmentation import augmented_drawings
from training.data.paired_strokes import strokes_in_split
from training.quickdraw.folder import QuickDrawFolder


def folder_of(root: Path, crosses: int, rings: int) -> QuickDrawFolder:
    save_stroked(root, "cross", strokes_of_kind("cross", crosses))
    return save_stroked(root, "ring", strokes_of_kind("ring", rings))


def test_every_class_has_its_variations_and_they_are_not_the_originals(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 60, 60)
    found, _ = augmented_drawings(folder, ("cross", "ring"), 60, 6, seed=0)
    counts = np.bincount(found.targets)
    assert (counts <= 30).all()
    assert (counts >= 20).all()  # what became a dot is left out
    originals = {rasterize(one).tobytes() for one in strokes_in_split(Split.TRAIN, folder, "ring")}
    rings = found.pixels(np.flatnonzero(found.targets == 1))
    assert sum(one.tobytes() in originals for one in rings) < len(rings) / 4


def test_few_drawings_are_not_varied_without_end(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 60, 6)
    rings = len(strokes_in_split(Split.TRAIN, folder, "ring"))
    found, _ = augmented_drawings(folder, ("cross", "ring"), 200, 6, seed=0)
    assert 0 < (found.targets == 1).sum() <= 6 * rings


def test_whoever_watches_hears_how_far_it_is(tmp_path: Path) -> None:
    heard: list[float] = []
    augmented_drawings(folder_of(tmp_path, 30, 30), ("cross", "ring"), 20, 6, 0, heard.append)
    assert heard == [0.5, 1.0]


def test_they_are_the_same_every_time(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 30, 30)
    one, other = (augmented_drawings(folder, ("cross", "ring"), 20, 6, seed=0)[0] for _ in range(2))
    every = np.arange(len(one))
    np.testing.assert_array_equal(one.pixels(every), other.pixels(every))


def test_classes_without_strokes_have_none(tmp_path: Path) -> None:
    folder = save_stroked(tmp_path, "ring", strokes_of_kind("ring", 30))
    assert set(augmented_drawings(folder, ("cross", "ring"), 20, 6, seed=0)[0].targets) == {1}
    assert len(augmented_drawings(QuickDrawFolder(tmp_path / "none"), ("cross", "ring"), 20, 6, seed=0)[0]) == 0


def test_most_variations_are_unfinished_or_have_something_added(tmp_path: Path) -> None:
    found, is_whole = augmented_drawings(folder_of(tmp_path, 60, 60), ("cross", "ring"), 200, 6, seed=0)
    assert len(is_whole) == len(found)
    ink = found.pixels(np.arange(len(found))).astype(float).sum(axis=1)
    rings = found.targets == 1
    assert 0.2 < is_whole.mean() < 0.7
    assert ink[rings & is_whole].mean() > ink[rings & ~is_whole].mean()

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition.imaging.splits import split_of, split_positions
from tests.factories import make_version
from tests.training.mislabelled import drawn, misplaced, save_mislabelled
from training.labels import label_errors
from training.labels.label_errors import SearchResult, search_label_errors
from training.quickdraw.errors import CorruptFile
from training.quickdraw.folder import QuickDrawFolder

pytestmark = pytest.mark.django_db


def found(root: Path, rows: int = 1_000) -> SearchResult:
    return search_label_errors(make_version(), QuickDrawFolder(root), rows, lambda _: None)


def test_drawings_in_the_wrong_file_are_found_with_what_they_are(tmp_path: Path) -> None:
    save_mislabelled(tmp_path, wrong=2)
    searched = found(tmp_path)
    wrong = misplaced(2)
    assert {one.bitmap for one in searched.worst} == {row.tobytes() for row in wrong}
    assert {(one.label, one.suggested) for one in searched.worst} == {("cat", "house")}
    assert searched.confusions == {("cat", "house"): 2}
    assert searched.drawings.total() == 62
    assert searched.suspected.total() == 2


def test_a_suspect_is_known_by_the_hash_that_the_split_goes_by(tmp_path: Path) -> None:
    save_mislabelled(tmp_path, wrong=1)
    [one] = found(tmp_path).worst
    assert one.position == split_positions(one.pixels()[np.newaxis])[0]
    assert one.split == split_of(one.pixels())
    assert one.doubt == pytest.approx(one.suggested_confidence - one.label_confidence)
    assert one.version == 1


def test_the_worst_come_first_and_only_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_mislabelled(tmp_path, wrong=5)
    doubts = [one.doubt for one in found(tmp_path).worst]
    assert doubts == sorted(doubts, reverse=True)
    monkeypatch.setattr(label_errors, "MAX_SUSPECTS", 2)
    searched = found(tmp_path)
    assert [one.doubt for one in searched.worst] == doubts[:2]
    assert searched.suspected.total() == 5


def test_only_so_many_rows_of_each_class_are_looked_at(tmp_path: Path) -> None:
    save_mislabelled(tmp_path, wrong=2)
    seen: list[int] = []
    searched = search_label_errors(make_version(), QuickDrawFolder(tmp_path), 10, seen.append)
    assert sum(seen) == searched.drawings.total() == 20
    assert not searched.worst


def test_copies_are_one_suspect(tmp_path: Path) -> None:
    save_mislabelled(tmp_path)
    wrong = misplaced(1)
    path = tmp_path / "full/numpy_bitmap/cat.npy"
    np.save(path, np.concatenate([drawn("cat", 30), wrong, wrong]))
    assert len(found(tmp_path).worst) == 1


def test_near_drawings_which_are_learnt_from_too_are_looked_at(tmp_path: Path) -> None:
    save_mislabelled(tmp_path, wrong=0)
    near = tmp_path / "near/numpy_bitmap"
    near.mkdir(parents=True)
    np.save(near / "cat.npy", misplaced(1))
    assert len(found(tmp_path).worst) == 1


def test_without_any_drawing_nothing_is_found(tmp_path: Path) -> None:
    assert not found(tmp_path).worst


def test_a_corrupt_file_is_named(tmp_path: Path) -> None:
    save_mislabelled(tmp_path)
    (tmp_path / "full/numpy_bitmap/house.npy").write_bytes(b"garbage")
    with pytest.raises(CorruptFile, match=r"house\.npy"):
        found(tmp_path)

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition.imaging.splits import Split, split_of, split_positions
from tests.training.doodles import doodles, save_base
from training.data import quickdraw_data
from training.data.quickdraw_data import QuickDrawClass, read_quickdraw_class
from training.quickdraw.errors import CorruptFile
from training.quickdraw.folder import QuickDrawFolder


def save(root: Path, pixels: np.ndarray, folder: str = "full") -> QuickDrawFolder:
    path = root / folder / "numpy_bitmap"
    path.mkdir(parents=True, exist_ok=True)
    np.save(path / "cross.npy", pixels)
    return QuickDrawFolder(root)


def read(folder: QuickDrawFolder, rows_per_class: int = 1_000) -> QuickDrawClass:
    return read_quickdraw_class(folder, "cross", rows_per_class)[0]


def test_every_row_is_on_the_side_that_its_pixels_decide(tmp_path: Path) -> None:
    save_base(tmp_path, {"cross": 100})
    found = read(QuickDrawFolder(tmp_path))
    for split, rows in found.rows.items():
        assert {split_of(found.official[row].reshape(28, 28)) for row in rows} <= {split}
    assert sum(map(len, found.rows.values())) == 100


def test_only_so_many_rows_are_trained_on_the_first_ones(tmp_path: Path) -> None:
    save_base(tmp_path, {"cross": 100})
    all_of_them = read(QuickDrawFolder(tmp_path)).rows
    first = read(QuickDrawFolder(tmp_path), rows_per_class=10).rows
    assert first[Split.TRAIN].tolist() == all_of_them[Split.TRAIN][:10].tolist()
    assert first[Split.TEST].tolist() == all_of_them[Split.TEST].tolist()


def test_copies_also_mirrored_ones_are_left_out(tmp_path: Path) -> None:
    pixels = doodles("zigzag", 10)
    mirrored = pixels.reshape(-1, 28, 28)[:, :, ::-1].reshape(-1, 784)
    found = read(save(tmp_path, np.concatenate([pixels, pixels[:3], mirrored[3:5]])))
    assert found.left_out["copy"] == 5
    assert sum(map(len, found.rows.values())) == 10


def test_blank_sheets_and_dots_are_left_out(tmp_path: Path) -> None:
    pixels = doodles("cross", 10).copy()
    pixels[0] = 0
    pixels[1] = 0
    pixels[1, 400] = 255
    assert read(save(tmp_path, pixels)).left_out["blank"] == 2


def test_excluded_drawings_are_on_no_side_and_their_copies_neither(tmp_path: Path) -> None:
    pixels = doodles("cross", 60)
    folder = save(tmp_path, np.concatenate([pixels, pixels[:1]]))
    excluded = split_positions(pixels[:10].reshape(-1, 28, 28))
    found, hashes = read_quickdraw_class(folder, "cross", 1_000, excluded)
    assert sum(map(len, found.rows.values())) == 50
    assert min(row for rows in found.rows.values() for row in rows) >= 10
    assert found.left_out["excluded"] == 10
    assert len(hashes) == 61  # which copies are known by, whatever is left out
    assert len(quickdraw_data.read_test_drawings(folder, "cross", excluded)) == len(found.rows[Split.TEST])


def test_near_drawings_are_trained_on_and_never_measure(tmp_path: Path) -> None:
    save(tmp_path, doodles("cross", 50))
    found = read(save(tmp_path, doodles("cross", 50, seed=1), folder="near"))
    assert {split_of(found.near[row].reshape(28, 28)) for row in found.near_rows} == {Split.TRAIN}
    assert len(found.near_rows) > 30


def test_near_copies_of_official_drawings_are_no_second_drawing(tmp_path: Path) -> None:
    save(tmp_path, doodles("cross", 50))
    assert not len(read(save(tmp_path, doodles("cross", 50), folder="near")).near_rows)


def test_only_the_first_rows_of_a_file_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickdraw_data, "EVALUATION_ROWS", 50)
    save_base(tmp_path, {"cross": 100})
    rows = read(QuickDrawFolder(tmp_path)).rows
    assert max(rows[Split.TEST]) < 50 < max(rows[Split.TRAIN])


def test_the_test_drawings_alone_are_those_of_the_whole_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickdraw_data, "EVALUATION_ROWS", 50)
    save_base(tmp_path, {"cross": 80})
    one, _ = read_quickdraw_class(QuickDrawFolder(tmp_path), "cross", 80)
    measured = quickdraw_data.read_test_drawings(QuickDrawFolder(tmp_path), "cross")
    np.testing.assert_array_equal(measured, one.official[one.rows[Split.TEST]])
    assert len(measured)


def test_a_class_without_a_file_has_nothing(tmp_path: Path) -> None:
    assert not any(map(len, read(QuickDrawFolder(tmp_path)).rows.values()))


def test_a_corrupt_file_is_named(tmp_path: Path) -> None:
    folder = save(tmp_path, doodles("cross", 5))
    (tmp_path / "full/numpy_bitmap/cross.npy").write_bytes(b"garbage")
    with pytest.raises(CorruptFile, match=r"cross\.npy"):
        read(folder)

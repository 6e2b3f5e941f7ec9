from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from training.quickdraw.catalog import Format, categories, nearest_category, official_url
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.npy import HEADER_BYTES, Header, header_bytes, iter_blocks, release_pages

STROKES = [[[0, 255], [10, 20]], [[3], [4]]]


@pytest.fixture
def folder(tmp_path: Path) -> QuickDrawFolder:
    return QuickDrawFolder(tmp_path)


def save_bitmaps(path: Path, rows: int = 5) -> np.ndarray:
    bitmaps = np.random.default_rng(rows).integers(0, 256, (rows, 784), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, bitmaps)
    return bitmaps


def save_lines(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def line(word: str = "cat", strokes: object = STROKES) -> str:
    return json.dumps({"word": word, "countrycode": "FI", "recognized": True, "drawing": strokes})


def test_there_are_345_categories() -> None:
    assert len(set(categories())) == 345
    assert {"cat", "alarm clock", "The Eiffel Tower"} <= set(categories())


@pytest.mark.parametrize(
    ("written", "meant"), [("caat", "cat"), ("the eiffel tower", "The Eiffel Tower"), ("xyzzy", None)]
)
def test_a_misspelt_category_finds_the_nearest(written: str, meant: str | None) -> None:
    assert nearest_category(written) == meant


def test_an_address_quotes_the_name() -> None:
    assert (
        official_url("https://example.com/data/", "alarm clock", Format.NPY)
        == "https://example.com/data/full/numpy_bitmap/alarm%20clock.npy"
    )


@pytest.mark.parametrize(
    "place",
    [
        "full/numpy_bitmap/alarm clock.npy",
        "numpy_bitmap/alarm clock.npy",
        "alarm clock.npy",
        "full_numpy_bitmap_alarm clock.npy",
    ],
)
def test_bitmaps_are_read_from_wherever_people_keep_them(folder: QuickDrawFolder, place: str) -> None:
    saved = save_bitmaps(folder.root / place)
    assert np.array_equal(folder.bitmaps("alarm clock"), saved)


@pytest.mark.parametrize(
    "place", ["full/simplified/cat.ndjson", "simplified/cat.ndjson", "cat.ndjson", "full_simplified_cat.ndjson"]
)
def test_drawings_are_read_from_wherever_people_keep_them(folder: QuickDrawFolder, place: str) -> None:
    save_lines(folder.root / place, line(), line(strokes=[[[1], [2]]]))
    assert list(folder.drawings("cat")) == [STROKES, [[[1], [2]]]]


def test_bitmaps_are_mapped_and_cannot_be_written(folder: QuickDrawFolder) -> None:
    save_bitmaps(folder.root / "cat.npy")
    bitmaps = folder.bitmaps("cat")
    assert isinstance(bitmaps, np.memmap)
    assert not bitmaps.flags.writeable


def test_an_empty_file_of_bitmaps_has_no_rows(folder: QuickDrawFolder) -> None:
    save_bitmaps(folder.root / "cat.npy", rows=0)
    assert folder.bitmaps("cat").shape == (0, 784)


def test_a_sweep_sees_every_row_in_order(folder: QuickDrawFolder) -> None:
    saved = save_bitmaps(folder.root / "cat.npy", rows=25)
    parts = [part.copy() for part in iter_blocks(folder.bitmaps("cat"), rows=10)]
    assert [len(part) for part in parts] == [10, 10, 5]
    assert np.array_equal(np.concatenate(parts), saved)


def test_forgotten_rows_come_back_when_they_are_read(folder: QuickDrawFolder) -> None:
    saved = save_bitmaps(folder.root / "cat.npy")
    bitmaps = folder.bitmaps("cat")
    assert np.array_equal(bitmaps, saved)
    release_pages(bitmaps)
    assert np.array_equal(bitmaps, saved)


@pytest.mark.services
def test_a_sweep_takes_little_memory_however_large_the_file(tmp_path: Path) -> None:
    header = Header(HEADER_BYTES, rows=300_000)
    (tmp_path / "cat.npy").write_bytes(header_bytes(header))
    os.truncate(tmp_path / "cat.npy", header.size)  # 235 MB, of which the disk holds next to nothing
    program = f"""
from pathlib import Path
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.npy import iter_blocks

def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])  # kB

before = peak()
rows = sum(len(part) for part in iter_blocks(QuickDrawFolder(Path({str(tmp_path)!r})).bitmaps("cat")) if not part.any())
print(rows, peak() - before)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    rows, grown = map(int, said.stdout.split())
    assert rows == 300_000
    assert grown < 50_000


def test_near_bitmaps_are_kept_apart(folder: QuickDrawFolder) -> None:
    saved = save_bitmaps(folder.root / "near/numpy_bitmap/cat.npy")
    assert np.array_equal(folder.near_bitmaps("cat"), saved)
    assert folder.find("cat", Format.NPY) is None


def test_a_category_without_near_bitmaps_has_none(folder: QuickDrawFolder) -> None:
    assert folder.near_bitmaps("cat").shape == (0, 784)


@pytest.mark.parametrize("name", ["cat", "robot", "../cat", "a/b", "nul\0", "ä" * 150])
def test_a_missing_file_is_named(folder: QuickDrawFolder, name: str) -> None:
    save_bitmaps(folder.root.parent / "cat.npy")
    with pytest.raises(MissingFile, match="no npy file of"):
        folder.bitmaps(name)
    with pytest.raises(MissingFile, match="no ndjson file of"):
        folder.drawings(name)
    assert len(folder.near_bitmaps(name)) == 0


@pytest.mark.parametrize(
    ("array", "complaint"),
    [
        (np.zeros((3, 783), np.uint8), r"shape \(3, 783\), not \(n, 784\)"),
        (np.zeros((3, 28, 28), np.uint8), r"shape \(3, 28, 28\), not"),
        (np.zeros(784, np.uint8), r"shape \(784,\), not"),
        (np.zeros((3, 784), np.float32), "holds <f4, not uint8"),
        (np.zeros((3, 784), np.uint8, order="F"), "in Fortran order, not uint8"),
        (np.zeros((3, 784), [("a", np.uint8)]), "header is garbled"),
    ],
)
def test_an_array_of_another_kind_is_refused(folder: QuickDrawFolder, array: np.ndarray, complaint: str) -> None:
    np.save(folder.root / "cat.npy", array)
    with pytest.raises(CorruptFile, match=complaint):
        folder.bitmaps("cat")


def test_a_file_that_is_no_npy_is_refused(folder: QuickDrawFolder) -> None:
    (folder.root / "cat.npy").write_text("<html>Sign in to the hotel's network</html>")
    with pytest.raises(CorruptFile, match=r"cat\.npy: not an npy file"):
        folder.bitmaps("cat")


def test_a_second_array_may_follow_as_in_an_export(folder: QuickDrawFolder) -> None:
    bitmaps = save_bitmaps(folder.root / "cat.npy")
    with (folder.root / "cat.npy").open("ab") as file:
        np.save(file, np.frombuffer(b"{}\n" * 5, np.uint8))
    assert (folder.bitmaps("cat") == bitmaps).all()


def test_blank_lines_are_no_drawings(folder: QuickDrawFolder) -> None:
    save_lines(folder.root / "cat.ndjson", "", line(), " \r", line(), "")
    assert list(folder.drawings("cat")) == [STROKES, STROKES]
    assert folder.count_rows("cat", Format.NDJSON) == 2


def test_the_word_of_a_line_is_the_class_however_it_is_written(folder: QuickDrawFolder) -> None:
    save_lines(folder.root / "cat.ndjson", line(" Cat "), line())
    assert list(folder.drawings("cat")) == [STROKES, STROKES]


def test_a_last_line_without_an_end_is_counted(folder: QuickDrawFolder) -> None:
    (folder.root / "cat.ndjson").write_text(f"{line()}\n{line()}")
    assert folder.count_rows("cat", Format.NDJSON) == 2


@pytest.mark.parametrize("change", [-1, +1])
def test_a_file_that_was_cut_or_grew_is_refused(folder: QuickDrawFolder, change: int) -> None:
    path = folder.root / "cat.npy"
    save_bitmaps(path)
    content = path.read_bytes()
    path.write_bytes(content[:change] if change < 0 else content + b"\0")
    with pytest.raises(CorruptFile, match=r"header says 5 rows, 4,048 bytes, but it has 4,04[79] bytes"):
        folder.bitmaps("cat")


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "not a drawing of “cat”"),
        (line(word="dog"), "not a drawing of “cat”"),
        (line(strokes=[[[1, 2], [3]]]), "x has 2 numbers but y has 1"),
        (line(strokes=[[[float("nan")], [3]]]), "NaN is no number"),
        (line(strokes="cat"), "strokes must be a list"),
        ("[" * 100_000, "recursion"),
        ("x" * (2 << 20), "not JSON"),
    ],
)
def test_a_bad_line_is_named_and_those_before_it_are_read(folder: QuickDrawFolder, bad: str, complaint: str) -> None:
    save_lines(folder.root / "cat.ndjson", line(), bad, line())
    drawings = folder.drawings("cat")
    assert next(drawings) == STROKES
    with pytest.raises(CorruptFile, match=rf"cat\.ndjson: line 2: .*{complaint}"):
        next(drawings)


def test_a_line_that_is_not_utf8_is_refused(folder: QuickDrawFolder) -> None:
    (folder.root / "cat.ndjson").write_bytes(b'{"word": "c\xff"}\n')
    with pytest.raises(CorruptFile, match="line 1: not JSON"):
        next(folder.drawings("cat"))

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytest_django.fixtures import Settings

from tests.training.quickdraw.bucket import Bucket, ndjson_file, npy_file
from tests.training.quickdraw.conftest import Said

Run = Callable[..., Said]


def test_an_empty_folder_has_nothing(quickdraw: Run) -> None:
    assert quickdraw("status").out.splitlines()[-1].split() == [
        "0",
        "of",
        "345",
        "classes",
        "0",
        "0",
        "0",
        "0",
        "corrupt,",
        "0",
        "cut",
    ]


def test_every_class_that_is_there_has_its_line_and_the_last_line_is_the_total(quickdraw: Run, root: Path) -> None:
    (root / "near/numpy_bitmap").mkdir(parents=True)
    (root / "near/numpy_bitmap/dog.npy").write_bytes(npy_file(7))
    (root / "cat.npy").write_bytes(npy_file(1234))
    (root / "cat.ndjson").write_bytes(ndjson_file(20))
    (root / "dog.npy").write_bytes(npy_file(100))
    head, cat, dog, total = quickdraw("status").out.splitlines()
    assert head.split() == ["class", "bitmaps", "drawings", "near"]
    assert cat.split() == ["cat", "1,234", "20", "–"]
    assert dog.split() == ["dog", "100", "–", "7"]
    assert " ".join(total.split()) == "2 of 345 classes 1,334 20 7 0 corrupt, 0 cut"


def test_a_download_that_was_cut_is_shown(bucket: Bucket, quickdraw: Run) -> None:
    bucket.put("cat.npy", npy_file(500))
    bucket.cuts = [100_000, 0, 0, 0, 0, 0]
    quickdraw("download", "cat")
    lines = quickdraw("status").out.splitlines()
    assert lines[1].endswith("100,000 bytes of a download that was cut")
    assert lines[2].endswith("0 corrupt, 1 cut")


def test_corrupt_files_are_shown_with_the_reason(quickdraw: Run, root: Path) -> None:
    root.mkdir()
    (root / "cat.npy").write_bytes(b"hello")
    (root / "cat.ndjson").write_bytes(ndjson_file(20)[:-9])
    (root / "dog.ndjson").write_bytes(b"{}\n" + ndjson_file(20, word="dog"))
    said = quickdraw("status")
    assert f"corrupt: {root}/cat.npy: not an npy file" in said.out
    assert f"corrupt: {root}/cat.ndjson: its last line: not JSON" in said.out
    assert f"corrupt: {root}/dog.ndjson: its first line: not a drawing of “dog”" in said.out
    assert "3 corrupt, 0 cut" in said.out


def test_a_folder_that_does_not_exist_has_nothing(quickdraw: Run, settings: Settings) -> None:
    settings.QUICKDRAW_DIR = Path("/nowhere")
    assert quickdraw("status").code == 0

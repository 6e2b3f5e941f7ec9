from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from recognition.models import DoodleClass
from tests.services.site import Site
from tests.training.quickdraw.bucket import Bucket, ndjson_file, npy_file
from tests.training.quickdraw.conftest import Said
from training.quickdraw.folder import QuickDrawFolder

Run = Callable[..., Said]


def bitmaps(content: bytes, rows: int) -> np.ndarray:
    return np.frombuffer(content, np.uint8, offset=80)[: rows * 784].reshape(-1, 784)


def lines(content: bytes, rows: int) -> bytes:
    return b"".join(content.splitlines(keepends=True)[:rows])


def test_only_the_rows_asked_for_are_fetched(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    content = npy_file(20_000)
    path = bucket.put("cat.npy", content)
    said = quickdraw("download", "cat", "--rows", "100")
    assert said == (0, "cat (npy): 100 rows\n", "")
    assert bucket.sent[path] == 128 + 100 * 784
    assert np.array_equal(np.load(root / "full/numpy_bitmap/cat.npy"), bitmaps(content, 100))


def test_bitmaps_are_what_is_fetched_and_five_thousand_of_them(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    bucket.put("cat.npy", npy_file(5001))
    assert quickdraw("download", "cat").code == 0
    assert [path.name for path in root.rglob("cat*")] == ["cat.npy"]
    assert len(QuickDrawFolder(root).bitmaps("cat")) == 5000


def test_only_about_the_lines_asked_for_are_fetched(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    content = ndjson_file(5000)
    path = bucket.put("cat.ndjson", content)
    said = quickdraw("download", "cat", "--rows", "1000", "--format", "ndjson")
    assert said == (0, "cat (ndjson): 1,000 rows\n", "")
    assert (root / "full/simplified/cat.ndjson").read_bytes() == lines(content, 1000)
    assert bucket.sent[path] < len(lines(content, 1100))


def test_both_forms_of_several_classes_are_fetched_and_nothing_else_is_left(
    bucket: Bucket, quickdraw: Run, root: Path
) -> None:
    for name in ("cat", "alarm clock", "The Eiffel Tower"):
        bucket.put(f"{name}.npy", npy_file(30))
        bucket.put(f"{name}.ndjson", ndjson_file(30, word=name))
    assert quickdraw("download", "cat", "alarm clock", "The Eiffel Tower", "--format", "both", "--rows", "7").code == 0
    for name in ("cat", "alarm clock", "The Eiffel Tower"):
        assert len(QuickDrawFolder(root).bitmaps(name)) == 7
        assert len(list(QuickDrawFolder(root).drawings(name))) == 7
    assert sum(path.is_file() for path in root.rglob("*")) == 6


def test_all_means_the_345_categories(bucket: Bucket, quickdraw: Run) -> None:
    said = quickdraw("download", "--all", "--rows", "1")
    assert len(bucket.requests) == 345
    assert said.err.endswith("345 of 345 could not be fetched\n")


@pytest.mark.django_db
def test_active_means_the_active_classes_that_quickdraw_has(bucket: Bucket, quickdraw: Run) -> None:
    DoodleClass.objects.bulk_create(
        [
            DoodleClass(name="cat"),
            DoodleClass(name="dog", active=False),
            DoodleClass(name="robot", origin=DoodleClass.Origin.OWN),
        ]
    )
    bucket.put("cat.npy", npy_file(5))
    assert quickdraw("download", "--active", "--rows", "5") == (0, "cat (npy): 5 rows\n", "")


@pytest.mark.django_db
def test_without_active_classes_there_is_nothing_to_fetch(quickdraw: Run) -> None:
    DoodleClass.objects.all().delete()
    assert quickdraw("download", "--active") == (1, "", "no active class is one of Quick, Draw!'s\n")


@pytest.mark.services
def test_before_there_are_tables_it_says_what_is_missing(site: Site) -> None:
    site.environment["DATABASE_URL"] = f"sqlite:///{site.var}/new.sqlite3"

    reason = site.complains("quickdraw", "download", "--active")

    assert reason.startswith("CommandError: this site's classes cannot be read (no such table")
    assert reason.endswith("has `manage.py migrate` been run?")


def test_where_fewer_rows_exist_all_of_them_are_fetched(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    bucket.put("cat.npy", npy_file(12))
    bucket.put("cat.ndjson", content := ndjson_file(13))
    said = quickdraw("download", "cat", "--format", "both", "--rows", "100")
    assert sorted(said.out.splitlines()) == [
        "cat (ndjson): 13 rows, all there are",
        "cat (npy): 12 rows, all there are",
    ]
    assert np.load(root / "full/numpy_bitmap/cat.npy").shape == (12, 784)
    assert (root / "full/simplified/cat.ndjson").read_bytes() == content


@pytest.mark.parametrize("form", ["npy", "ndjson"])
def test_where_no_more_rows_exist_nothing_is_written(
    bucket: Bucket, quickdraw: Run, root: Path, read_only: Callable[[Path], None], form: str
) -> None:
    bucket.put("cat.npy", npy_file(12))
    bucket.put("cat.ndjson", ndjson_file(12))
    quickdraw("download", "cat", "--format", form)
    bucket.sent.clear()
    read_only(root)
    said = quickdraw("download", "cat", "--format", form)
    assert said == (0, f"cat ({form}): 12 rows, all there are\n", "")
    assert bucket.sent.total() == 784


@pytest.mark.parametrize("form", ["npy", "ndjson"])
def test_what_is_there_is_not_fetched_again(bucket: Bucket, quickdraw: Run, form: str) -> None:
    bucket.put("cat.npy", npy_file(50))
    bucket.put("cat.ndjson", ndjson_file(50))
    quickdraw("download", "cat", "--rows", "20", "--format", form)
    bucket.requests.clear()
    said = quickdraw("download", "cat", "--rows", "10", "--format", form)
    assert said.out == f"cat ({form}): 20 rows, nothing to fetch\n"
    assert bucket.requests == []


@pytest.mark.parametrize("ranges", [True, False])
def test_more_rows_are_added_to_those_there(bucket: Bucket, quickdraw: Run, root: Path, ranges: bool) -> None:
    content = npy_file(1000)
    path = bucket.put("cat.npy", content)
    quickdraw("download", "cat", "--rows", "300")
    bucket.sent.clear()
    bucket.ranges = ranges
    assert quickdraw("download", "cat", "--rows", "500").out == "cat (npy): 500 rows\n"
    assert np.array_equal(np.load(root / "full/numpy_bitmap/cat.npy"), bitmaps(content, 500))
    if ranges:
        assert bucket.sent[path] <= 128 + 784 * (200 + 1)


def test_more_lines_are_added_to_those_there(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    content = ndjson_file(1000)
    path = bucket.put("cat.ndjson", content)
    quickdraw("download", "cat", "--rows", "300", "--format", "ndjson")
    bucket.sent.clear()
    quickdraw("download", "cat", "--rows", "500", "--format", "ndjson")
    assert (root / "full/simplified/cat.ndjson").read_bytes() == lines(content, 500)
    assert bucket.sent[path] < len(lines(content, 300))


def test_files_from_elsewhere_are_continued_where_they_lie(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    content = npy_file(40)
    bucket.put("cat.npy", content)
    root.mkdir()
    np.save(root / "cat.npy", bitmaps(content, 40))
    assert quickdraw("download", "cat", "--rows", "40").out == "cat (npy): 40 rows, nothing to fetch\n"
    assert [path.name for path in root.iterdir()] == ["cat.npy"]


def test_a_folder_that_may_only_be_read_will_do_when_all_is_there(
    bucket: Bucket, quickdraw: Run, root: Path, read_only: Callable[[Path], None]
) -> None:
    bucket.put("cat.npy", npy_file(10))
    quickdraw("download", "cat", "--rows", "10")
    read_only(root)
    assert quickdraw("download", "cat", "--rows", "10").code == 0


@pytest.mark.parametrize("tells_length", [True, False])
def test_a_server_without_ranges_is_left_when_there_is_enough(
    bucket: Bucket, quickdraw: Run, root: Path, tells_length: bool
) -> None:
    bucket.ranges, bucket.tells_length = False, tells_length
    bitmap_content, stroke_content = npy_file(40_000), ndjson_file(10_000)
    bitmap_path, stroke_path = bucket.put("cat.npy", bitmap_content), bucket.put("cat.ndjson", stroke_content)
    assert quickdraw("download", "cat", "--format", "both", "--rows", "100").code == 0
    assert np.array_equal(np.load(root / "full/numpy_bitmap/cat.npy"), bitmaps(bitmap_content, 100))
    assert (root / "full/simplified/cat.ndjson").read_bytes() == lines(stroke_content, 100)
    # What was on its way in the system's buffers when we hung up was sent for nothing.
    assert bucket.sent[bitmap_path] < 100 * 784 + 1_000_000
    assert bucket.sent[stroke_path] < len(lines(stroke_content, 100)) + 1_000_000
    assert len(bucket.requests) == 2


def test_a_server_that_names_no_length_gives_all_it_has(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    bucket.ranges = bucket.tells_length = False
    bucket.put("cat.npy", npy_file(12))
    assert quickdraw("download", "cat").out == "cat (npy): 12 rows, all there are\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "one of the arguments CLASS --active --all is required"),
        (("cat", "--all"), "not allowed with argument"),
        (("cat", "--rows", "0"), "must be a whole number of at least 1, not '0'"),
        (("cat", "--rows", "many"), "not 'many'"),
        (("cat", "--format", "png"), "invalid choice: 'png'"),
    ],
)
def test_a_command_that_makes_no_sense_says_why(quickdraw: Run, arguments: tuple[str, ...], complaint: str) -> None:
    assert complaint in quickdraw("download", *arguments).err


@pytest.mark.services
def test_a_terminal_shows_a_bar_for_each_file_and_one_for_the_whole(
    bucket: Bucket, environment: dict[str, str]
) -> None:
    bucket.put("cat.npy", npy_file(500))
    bucket.put("cat.ndjson", ndjson_file(500))
    command = [sys.executable, "manage.py", "quickdraw", "download", "cat", "--rows", "500", "--format", "both"]
    screen, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=terminal):
        os.close(terminal)
        shown = "".join(read_all(screen))
    assert "cat (npy):" in shown
    assert "cat (ndjson):" in shown
    assert "files: 100%" in shown


def read_all(screen: int) -> Iterator[str]:
    with os.fdopen(screen, "rb", buffering=0) as file, suppress(OSError):  # Linux's way to say that all have left
        while text := file.read(4096):
            yield text.decode(errors="replace")

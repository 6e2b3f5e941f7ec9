"""What files people have: each kind is read, or refused in one sentence, and by `predict` alike."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from recognition.models import Drawing
from tests.factories import make_admin, make_class, make_drawing, make_version, strokes_of

pytestmark = pytest.mark.django_db

LINE = json.dumps({"word": "cat", "drawing": strokes_of("cat")}).encode()
OTHER = json.dumps({"word": "cat", "drawing": strokes_of("house")}).encode()
NOTED = {"note": "x" * 600_000}
TWO = LINE + b"\n" + OTHER + b"\n"


@pytest.fixture(autouse=True)
def cats() -> None:
    make_admin()
    make_class("cat")


@pytest.fixture
def bitmaps() -> np.ndarray:
    """A cat and a house, uint8 (2, 784)."""
    drawn = [make_drawing(word) for word in ("cat", "house")]
    pixels = np.stack([drawing.pixels().reshape(784) for drawing in drawn])
    Drawing.objects.all().delete()
    return pixels


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def npy(bitmaps: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, bitmaps)
    return file.getvalue()


def refusal(path: Path, capsys: pytest.CaptureFixture[str], command: str = "import_drawings") -> str:
    """Return the single line in which a command refuses a file."""
    with pytest.raises(SystemExit):
        call_command(command, path)
    (line,) = [line for line in capsys.readouterr().err.splitlines() if str(path) in line]
    return line.rpartition("\r")[2]


TAKEN = {
    "blank lines": ("cats.ndjson", b"\n" + LINE + b"\n\n  \n" + OTHER + b"\n\n"),
    "carriage returns": ("cats.ndjson", TWO.replace(b"\n", b"\r\n")),
    "carriage returns alone": ("cats.ndjson", TWO.replace(b"\n", b"\r")),
    "a byte order mark": ("cats.ndjson", b"\xef\xbb\xbf" + TWO),
    "an ending in capitals": ("CATS.NDJSON", TWO),
    "jsonl": ("cats.jsonl", TWO),
    "gz": ("cats.ndjson.gz", gzip.compress(TWO)),
    "gz by another name": ("cats.ndjson", gzip.compress(TWO)),
    "an array": ("cats.json", b"[" + LINE + b"," + OTHER + b"]"),
    "a long array on one line": (
        "cats.json",
        json.dumps([NOTED | json.loads(line) for line in (LINE, OTHER)]).encode(),
    ),
    "an array over many lines": ("cats.json", json.dumps([json.loads(LINE), json.loads(OTHER)], indent=2).encode()),
    "an array as ndjson": ("cats.ndjson", b"\n[\n" + LINE + b",\n" + OTHER + b"\n]\n"),
    "one object over many lines": ("cats.json", json.dumps(json.loads(LINE), indent=2).encode() + OTHER),
    "files put together": ("cats.ndjson", b"\xef\xbb\xbf" + LINE + b"\r\n\xef\xbb\xbf" + OTHER),
    "spaces around the word": ("cats.ndjson", TWO.replace(b'"cat"', b'" cat "')),
}


@pytest.mark.parametrize(("name", "content"), TAKEN.values(), ids=list(TAKEN))
def test_drawings_as_json_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    call_command("import_drawings", written(tmp_path / name, content))
    assert [str(drawing.prompt) for drawing in Drawing.objects.all()] == ["cat", "cat"]


@pytest.mark.parametrize(("name", "content"), TAKEN.values(), ids=list(TAKEN))
def test_predict_takes_what_an_import_takes(
    tmp_path: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    make_version()
    call_command("predict", written(tmp_path / name, content))
    assert len(capsys.readouterr().out.splitlines()) == 2


ARRAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "Fortran order": np.asfortranarray,
    "squares": lambda bitmaps: bitmaps.reshape(-1, 28, 28),
    "squares in Fortran order": lambda bitmaps: np.asfortranarray(bitmaps.reshape(-1, 28, 28)),
    "with a channel": lambda bitmaps: bitmaps.reshape(-1, 28, 28, 1),
    "with a channel first": lambda bitmaps: bitmaps.reshape(-1, 1, 28, 28),
    "floats to 1": lambda bitmaps: bitmaps.astype(np.float32) / 255,
    "floats to 255": lambda bitmaps: bitmaps.astype(">f8"),
    "integers": lambda bitmaps: bitmaps.astype(np.int64),
}


@pytest.mark.parametrize("change", ARRAYS.values(), ids=list(ARRAYS))
def test_bitmaps_are_read_however_numpy_has_them(
    tmp_path: Path, bitmaps: np.ndarray, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    call_command("import_drawings", written(tmp_path / "cat.NPY", npy(change(bitmaps))))
    stored = {bytes(pixels) for pixels in Drawing.objects.values_list("bitmap", flat=True)}
    assert stored == {row.tobytes() for row in bitmaps}


def test_truths_are_ink_or_paper(tmp_path: Path, bitmaps: np.ndarray) -> None:
    call_command("import_drawings", written(tmp_path / "cat.npy", npy(bitmaps[:1] > 99)))
    assert (Drawing.objects.get().pixels() == 255 * (bitmaps[0] > 99).reshape(28, 28)).all()


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("full_numpy_bitmap_cat.npy", "cat"),
        ("full%2Fnumpy_bitmap%2Fcat.npy", "cat"),
        ("full_numpy_bitmap_The%20Eiffel%20Tower.npy", "The Eiffel Tower"),
        ("quickdraw_dataset_full_numpy_bitmap_cat.npy", "cat"),
        ("numpy_bitmap_cat.npy", "cat"),
        ("cat (1).npy", "cat"),
        ("cat %281%29.npy", "cat (1)"),
        ("cafe\u0301.npy", "café"),
        ("caf%C3%A9.npy", "café"),
        ("a%2Fb.npy", "a/b"),
        ("100%25.npy", "100%"),
        ("100%.npy", "100%"),
    ],
)
def test_the_class_is_in_the_files_name(tmp_path: Path, bitmaps: np.ndarray, name: str, word: str) -> None:
    make_class(word)
    call_command("import_drawings", written(tmp_path / name, npy(bitmaps[:1])))
    assert str(Drawing.objects.get().prompt) == word


def test_an_unknown_word_is_told_once(tmp_path: Path, bitmaps: np.ndarray, capsys: pytest.CaptureFixture[str]) -> None:
    told = refusal(written(tmp_path / "catt.npy", npy(bitmaps)), capsys)
    assert told.endswith(":1: There is no class “catt”; add it first. Did you mean “cat”?")


def test_only_recognized_drawings_are_read_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = LINE[:-1] + b', "recognized": true}\n' + OTHER[:-1] + b', "recognized": false}\n' + OTHER
    call_command("import_drawings", written(tmp_path / "cats.ndjson", content), "--only-recognized")
    assert Drawing.objects.get().strokes == strokes_of("cat")
    assert "2 were left out as not recognized" in capsys.readouterr().out


def test_date_and_country_of_an_official_line_are_kept(tmp_path: Path) -> None:
    fields = {"timestamp": "2017-03-08 21:12:07.26604 UTC", "countrycode": "NZ", "key_id": "5201136883597312"}
    content = json.dumps(json.loads(LINE) | fields).encode()
    call_command("import_drawings", written(tmp_path / "cat.ndjson", content))
    drawing = Drawing.objects.get()
    assert drawing.created_at == datetime(2017, 3, 8, 21, 12, 7, 266040, UTC)
    assert drawing.countrycode == "NZ"
    assert drawing.stored_at is not None
    assert drawing.stored_at.year > 2017


@pytest.mark.parametrize("timestamp", ["yesterday", "9999-01-01", "0001-01-01", -1, 1e300, True, ["2017"]])
def test_a_date_without_sense_is_refused(tmp_path: Path, timestamp: Any, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.dumps(json.loads(LINE) | {"timestamp": timestamp}).encode()
    assert "timestamp " in refusal(written(tmp_path / "cat.ndjson", content), capsys)


def header(**changes: Any) -> bytes:
    file = io.BytesIO()
    fields = {"descr": "|u1", "fortran_order": False, "shape": (2, 784)} | changes
    np.lib.format.write_array_header_1_0(file, fields)
    return file.getvalue()


class Forbidden:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("it was unpickled",))


REFUSED = {
    "another kind": ("cats.txt", TWO * 9, "must end in .ndjson or .npy"),
    "UTF-16": ("cats.ndjson", TWO.decode().encode("utf-16"), "save it as UTF-8"),
    "a damaged gz": ("cats.ndjson.gz", gzip.compress(TWO)[:-9], "no gz file, or damaged"),
    "a damaged zip": ("cats.zip", b"PK\x03\x04", "no zip file, or damaged"),
    "a zip without drawings": ("cats.zip", b"PK\x05\x06" + bytes(18), "no files of drawings"),
    "an array that is cut off": ("cats.json", b"[" + LINE, "no JSON after 1 drawings"),
    "black on white": ("cat.npy", npy(np.full((2, 784), 255, np.uint8)), "black ink on white"),
    "values below 0": ("cat.npy", npy(np.full((2, 784), -1.0)), "0 (paper) to 255 (ink)"),
    "no numbers": ("cat.npy", npy(np.full((2, 784), np.nan)), "0 (paper) to 255 (ink)"),
    "objects": ("cat.npy", npy(np.full((1, 784), Forbidden(), object)), "not uint8"),
    "another size": ("cat.npy", npy(np.zeros((2, 32, 32), np.uint8)), "It holds uint8 (2, 32, 32)"),
    "a trillion rows": ("cat.npy", header(shape=(10**12, 784)), "too short or too long"),
    "fewer rows than none": ("cat.npy", header(shape=(-1, 784)), "too short or too long"),
    "a header of gigabytes": ("cat.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", "no npy file"),
    "an endless line": ("cats.ndjson", b'{"drawing": ' + b"1" * (2 << 20), "longer than 1 MiB"),
    "an endless element": ("cats.json", b'[{"drawing": ' + b"1" * (2 << 20), "no JSON after 0 drawings"),
    "endless nesting": ("cats.json", b"[" * (2 << 20), "no JSON after 0 drawings"),
}


@pytest.mark.parametrize("command", ["import_drawings", "predict"])
@pytest.mark.parametrize("kind", [kind for kind in REFUSED if kind != "another kind"])
def test_what_is_refused_is_refused_in_one_sentence(
    tmp_path: Path, kind: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_version()
    name, content, words = REFUSED[kind]
    assert words in refusal(written(tmp_path / name, content), capsys, command)


def test_an_unknown_kind_is_refused_once_and_not_once_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, content, words = REFUSED["another kind"]
    assert words in refusal(written(tmp_path / name, content), capsys)


@pytest.mark.parametrize("byte", [b" ", b"["])
def test_a_gz_that_unpacks_to_gigabytes_takes_no_memory(
    tmp_path: Path, byte: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bomb.ndjson.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(17):
            file.write(byte * (1 << 20))
    tracemalloc.start()
    line = refusal(path, capsys)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert any(words in line for words in ("unpacks to far more", "longer than 1 MiB", "no JSON after 0 drawings"))
    assert peak < 15_000_000

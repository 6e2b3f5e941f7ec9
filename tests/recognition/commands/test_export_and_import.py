from __future__ import annotations

import csv
import json
import uuid
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recognition import sample_drawings
from recognition.imaging.rasterize import rasterize
from recognition.labeling.feedback import give_feedback
from recognition.models import DoodleClass, Drawing
from tests.factories import make_class, make_drawing, make_prediction, make_user, make_version, strokes_of
from tests.official import official_binary

pytestmark = pytest.mark.django_db

NO_DRAWINGS = ("nothing.ndjson", "cat.npy", "wide.npy", "zip.npy", "open.npy")


@pytest.fixture(autouse=True)
def admin() -> None:
    user = make_user("admin", staff=True)
    user.is_superuser = True
    user.save()


def run(command: str, *arguments: object) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def failing(*arguments: object, capsys: pytest.CaptureFixture[str]) -> str:
    """Import what cannot all be imported, and return what is said about that."""
    with pytest.raises(SystemExit):
        call_command("import_drawings", *map(str, arguments))
    return capsys.readouterr().err


def ndjson(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def cat(**changes: object) -> dict[str, object]:
    return {"word": "cat", "drawing": strokes_of("cat")} | changes


def test_accepted_drawings_are_written_as_quick_draw_lays_them_out(tmp_path: Path) -> None:
    drawing = make_drawing("cat", label="cat")
    make_drawing("cat", label="cat", strokes=None)
    make_drawing("cat")
    assert run("export_drawings", tmp_path).splitlines() == ["ndjson: 1 drawings", "npy: 2 drawings", "csv: 0 answers"]
    (line,) = (tmp_path / "full" / "raw" / "cat.ndjson").read_text().splitlines()
    assert json.loads(line)["drawing"] == strokes_of("cat")
    bitmaps = np.load(tmp_path / "full" / "numpy_bitmap" / "cat.npy")
    assert bitmaps.shape == (2, 784)
    assert (bitmaps[0] == drawing.pixels().reshape(784)).all()


def test_pens_are_exported_and_imported_again(tmp_path: Path) -> None:
    pens = [["green", "thin"], ["ink", "thick"]]
    make_drawing("cat", label="cat", pens=pens)
    run("export_drawings", tmp_path)
    Drawing.objects.all().delete()
    run("import_drawings", tmp_path / "full" / "raw" / "cat.ndjson")
    assert Drawing.objects.get().pens == pens


def test_a_line_with_pens_that_do_not_exist_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_class("cat")
    file = ndjson(tmp_path / "cats.ndjson", cat(pens=[["pink", "thin"]]), cat())
    assert "cats.ndjson:1: pens[0] must be [colour, width]" in failing(file, capsys=capsys)
    assert Drawing.objects.count() == 1


def official_ndjson(path: Path) -> list[Any]:
    """Read as examples/nodejs/simplified-parser.js does: a line is a JSON object with a drawing."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_quick_draws_own_parsers_read_the_same_drawings(tmp_path: Path) -> None:
    drawn = [make_drawing("cat", label="cat"), make_drawing("house", label="cat")]
    make_prediction(drawn[0], make_version())
    run("export_drawings", tmp_path, "--format", "ndjson", "simplified", "bin", "npy")
    full = tmp_path / "full"
    raw, simple = (official_ndjson(full / form / "cat.ndjson") for form in ("raw", "simplified"))
    packed = list(official_binary(full / "binary" / "cat.bin"))
    bitmaps = np.load(full / "numpy_bitmap" / "cat.npy")
    assert len(raw) == len(simple) == len(packed) == len(bitmaps) == 2
    for drawing, whole, few, small, bitmap in zip(drawn, raw, simple, packed, bitmaps, strict=True):
        assert whole["drawing"] == drawing.strokes
        assert few["drawing"] == [[list(x), list(y)] for x, y in small["image"]]
        assert (rasterize(few["drawing"]).reshape(784) == bitmap).all()  # the tests' drawings are official ones
        assert small["key_id"] == uuid.UUID(whole["key_id"]).int % 2**64
        assert few["word"] == "cat"
        assert bool(small["recognized"]) == few["recognized"] == whole["recognized"]
        assert datetime.fromtimestamp(small["timestamp"], UTC) == drawing.created_at.replace(microsecond=0)
    assert [one["recognized"] for one in raw] == [True, False]


def test_samples_are_in_no_export(tmp_path: Path) -> None:
    sample_drawings.add()
    assert run("export_drawings", tmp_path).splitlines() == ["ndjson: 0 drawings", "npy: 0 drawings", "csv: 0 answers"]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["feedback.csv"]


def test_what_people_said_is_a_table(tmp_path: Path) -> None:
    drawing = make_drawing("cat")
    make_prediction(drawing, make_version())
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("dog"))
    run("export_drawings", tmp_path, "--format", "csv")
    (row,) = csv.DictReader((tmp_path / "feedback.csv").read_text("utf-8-sig").splitlines())
    assert (row["drawing"], row["said"], row["correct"], row["guess"], row["version"]) == (
        str(drawing.pk), "dog", "False", "cat", "1",
    )  # fmt: skip


def test_a_class_that_no_file_can_be_called_after_is_written_all_the_same(tmp_path: Path) -> None:
    make_drawing("cat", label="AC/DC")
    run("export_drawings", tmp_path, "--format", "npy")
    assert [path.name for path in tmp_path.rglob("*.npy")] == ["AC%2FDC.npy"]


def test_classes_whose_names_are_too_long_for_files_are_written_all_the_same(tmp_path: Path) -> None:
    for last in "ab":
        make_drawing("cat", label="🐱" * 63 + last)
    run("export_drawings", tmp_path, "--format", "npy")
    assert len([path for path in tmp_path.rglob("*.npy") if path.name.startswith("%F0%9F%90%B1")]) == 2


def test_a_class_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no class “dodo”"):
        run("export_drawings", tmp_path, "--classes", "dodo")


def test_what_is_exported_here_is_imported_there_unchanged(tmp_path: Path) -> None:
    originals = {word: make_drawing(word, label=word) for word in ("cat", "house")}
    run("export_drawings", tmp_path)
    Drawing.objects.all().delete()
    report = run("import_drawings", "--accept", *sorted((tmp_path / "full" / "raw").iterdir()))
    assert report == "Stored 2 drawings; 0 were there already, 0 could not be read.\n"
    for word, original in originals.items():
        drawing = Drawing.objects.accepted().get(label__name=word)
        assert (drawing.strokes, bytes(drawing.bitmap)) == (original.strokes, bytes(original.bitmap))
        assert drawing.source == Drawing.Source.IMPORT


def test_importing_twice_stores_once(tmp_path: Path) -> None:
    make_class("cat")
    file = ndjson(tmp_path / "cat.ndjson", cat(), cat())
    assert run("import_drawings", file).startswith("Stored 1 drawings; 1 were there already")
    assert run("import_drawings", file).startswith("Stored 0 drawings; 2 were there already")
    assert Drawing.objects.count() == 1


def test_without_accepting_the_word_is_only_proposed(tmp_path: Path) -> None:
    make_class("cat")
    run("import_drawings", ndjson(tmp_path / "cat.ndjson", cat()))
    assert Drawing.objects.get().status == Drawing.Status.PROPOSED


def test_bitmaps_are_imported_under_their_files_name_or_another(tmp_path: Path) -> None:
    DoodleClass.objects.ensure(["cat", "dog"])
    np.save(tmp_path / "cat.npy", make_drawing("cat").pixels().reshape(1, 784))
    run("import_drawings", tmp_path / "cat.npy")
    run("import_drawings", tmp_path / "cat.npy", "--class", "dog")
    imported = Drawing.objects.filter(source=Drawing.Source.IMPORT)
    assert {str(drawing.prompt) for drawing in imported} == {"cat", "dog"}


def test_bad_lines_are_named_and_the_others_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_class("cat")
    file = ndjson(
        tmp_path / "mixed.ndjson",
        cat(word="dodo"),
        "no drawing",
        cat(drawing=[]),
        {"drawing": strokes_of("cat")},
        cat(),
    )
    said = failing(file, capsys=capsys)
    for number, reason in enumerate(["no class “dodo”", "no drawing", "strokes is empty", "no word"], start=1):
        assert any(f"mixed.ndjson:{number}:" in line and reason in line for line in said.splitlines()), reason
    assert Drawing.objects.count() == 1


def test_a_file_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cat.npy").write_bytes(b"no npy")
    np.save(tmp_path / "wide.npy", np.zeros((3, 5)))
    np.savez(tmp_path / "zip", np.zeros((3, 784), np.uint8))
    (tmp_path / "zip.npz").rename(tmp_path / "zip.npy")
    (tmp_path / "open.npy").write_bytes((tmp_path / "wide.npy").read_bytes().replace(b"}", b" "))
    said = failing(*(tmp_path / name for name in NO_DRAWINGS), capsys=capsys)
    assert "nothing.ndjson: No such file" in said
    for name in ("cat.npy", "zip.npy", "open.npy"):
        assert f"{name}: It is no npy file" in said
    assert "wide.npy: It holds float64 (3, 5)" in said


def test_a_user_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no user “nobody”"):
        run("import_drawings", tmp_path, "--as", "nobody")


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x.test","cat")', "@SUM(1+1)", "+1", "-1"])
def test_a_spreadsheet_computes_no_word_and_reads_its_accents(tmp_path: Path, name: str) -> None:
    drawing = make_drawing("cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class(name))
    run("export_drawings", tmp_path, "--format", "csv")
    table = (tmp_path / "feedback.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbfdrawing,")
    (row,) = csv.DictReader(table.decode("utf-8-sig").splitlines())
    assert row["said"] == row["label"] == f"'{name}"

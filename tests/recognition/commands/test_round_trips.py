"""From site to site: what is exported is imported again, once, as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client

from recognition.labeling.feedback import give_feedback
from recognition.labeling.word_proposals import propose
from recognition.models import Contributor, DeletedDrawing, Drawing, Feedback, WordProposal
from recognition.privacy.deletion import delete_contributor_data, delete_drawings
from tests.factories import make_admin, make_class, make_drawing, make_user, strokes_of

pytestmark = pytest.mark.django_db

WORDS = ["cat", "café", "a/b", "100%", "CAF%C3%A9", "..", "a;b", "<b>", 'q"q', "x" * 64, "🐱" * 64, "नमस्ते", "don't"]
FORMATS = ["ndjson", "simplified", "bin", "npy"]


@pytest.fixture(autouse=True)
def admin() -> None:
    make_admin()


def exported(folder: Path, *formats: str) -> list[Path]:
    """Export all accepted drawings and return the files with drawings."""
    call_command("export_drawings", folder, "--format", *formats or ["ndjson"])
    return sorted((folder / "full").rglob("*.*"))


def imported(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Import files and return what is said about them."""
    capsys.readouterr()
    call_command("import_drawings", *arguments)
    return capsys.readouterr().out


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def corrected(path: Path, **changes: Any) -> Path:
    path.write_text("".join(json.dumps(line | changes) + "\n" for line in lines(path)))
    return path


def empty_the_site() -> None:
    """Make this a new site with the same classes."""
    for model in (Drawing, Contributor, DeletedDrawing):
        model._default_manager.all().delete()


def state() -> list[tuple[object, ...]]:
    """Return all that a site should know of drawings, and of who said what about them."""
    return [
        (
            drawing.pk, drawing.created_at, str(drawing.label), drawing.status, drawing.moderation,
            drawing.contributor.pseudonym, bytes(drawing.bitmap), drawing.countrycode,
            [
                (said.contributor.pseudonym, str(said.label), said.correct, said.by_staff, said.updated_at)
                for said in sorted(drawing.feedback.all(), key=lambda said: said.updated_at)
            ],
        )
        for drawing in Drawing.objects.order_by("pk")
        .select_related("label", "contributor")
        .prefetch_related("feedback__contributor", "feedback__label")
    ]  # fmt: skip


def draw_thousand() -> None:
    """Store drawings of many words by forty people on many days, each judged by who drew it and some by others."""
    contributors = [Contributor.objects.create() for _ in range(40)]
    classes = [make_class(word) for word in WORDS]
    first = datetime(2020, 2, 29, 23, 59, 59, 123456, UTC)
    templates = [make_drawing("cat"), make_drawing("house"), make_drawing("cat", strokes=None)]
    drawings = [
        Drawing(
            contributor=contributors[number % 40], strokes=template.strokes, bitmap=bytes(template.bitmap),
            split=template.split, label=classes[number % len(classes)], status=Drawing.Status.ACCEPTED,
            created_at=first + timedelta(hours=number, microseconds=number),
            moderation=Drawing.Moderation.PRIVATE if number % 50 == 0 else "",
            countrycode="NZ" if number % 7 == 0 else None,
        )
        for number in range(1000)
        for template in [templates[number % 3]]
    ]  # fmt: skip
    Drawing.objects.all().delete()
    Drawing.objects.bulk_create(drawings)
    said = [Feedback(drawing=one, contributor=one.contributor, correct=False, label=one.label) for one in drawings]
    said += [
        Feedback(drawing=one, contributor=contributors[0], correct=True, label=None, by_staff=False)
        for one in drawings[1:40]
    ]
    Feedback.objects.bulk_create(said)
    for number, entry in enumerate(said):
        entry.updated_at = first + timedelta(minutes=number)
    Feedback.objects.bulk_update(said, ["updated_at"], batch_size=100)


def test_a_thousand_drawings_are_the_same_on_a_new_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw_thousand()
    there = state()
    files = exported(tmp_path / "first", "ndjson", "npy")
    empty_the_site()

    raw = [path for path in files if path.suffix == ".ndjson"]
    bitmaps = [path for path in files if path.suffix == ".npy"]
    assert "Stored 667 drawings; 0 were there already" in imported(capsys, "--accept", *raw)
    assert "Stored 333 drawings; 667 were there already" in imported(capsys, "--accept", *bitmaps)

    assert state() == there
    again = exported(tmp_path / "second", "ndjson", "npy")
    assert [path.name for path in again] == [path.name for path in files]
    assert [sorted(path.read_bytes()) for path in again] == [sorted(path.read_bytes()) for path in files]


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_exported_here_is_here(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_drawing("cat", label="café")
    assert "Stored 0 drawings; 1 were there already" in imported(capsys, *exported(tmp_path, form))


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_deleted_here_stays_deleted(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine, gone = (make_drawing("cat", label="cat") for _ in range(2))
    files = exported(tmp_path, form)
    delete_drawings(Drawing.objects.filter(pk=gone.pk))
    delete_contributor_data(mine.contributor)
    assert "2 were deleted here and stay so" in imported(capsys, *files)
    assert not Drawing.objects.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_ids_are_the_same_on_a_new_site(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing = make_drawing("cat", label="cat")
    files = exported(tmp_path, form)
    empty_the_site()
    assert "Stored 1 drawings" in imported(capsys, *files)
    assert "1 were there already" in imported(capsys, *files)
    last_bits = Drawing.objects.get().pk.int % 2**64
    assert last_bits == drawing.pk.int % 2**64
    assert form == "bin" or Drawing.objects.get().pk == drawing.pk


def test_a_corrected_word_is_the_importers_feedback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing = make_drawing("cat", label="cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    make_class("dog")
    (path,) = exported(tmp_path)
    corrected(path, word="dog")

    assert "0 were there already, 0 could not be read, 1 were there and got your word" in imported(
        capsys, "--accept", path
    )
    assert "1 were there already" in imported(capsys, "--accept", path)

    drawing.refresh_from_db()
    assert (str(drawing.label), drawing.status) == ("dog", Drawing.Status.ACCEPTED)
    assert drawing.feedback.get(contributor__user__username="admin").by_staff


def test_a_correction_by_somebody_else_decides_no_more_than_anybodys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_user("sam")
    drawing = make_drawing("cat", label="cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    make_class("dog")
    (path,) = exported(tmp_path)
    imported(capsys, "--accept", "--as", "sam", corrected(path, word="dog"))
    drawing.refresh_from_db()
    assert str(drawing.label) == "cat"
    assert str(drawing.feedback.get(contributor__user__username="sam").label) == "dog"


def test_without_accepting_a_corrected_word_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_drawing("cat", label="cat")
    make_class("dog")
    (path,) = exported(tmp_path)
    assert "1 were there already" in imported(capsys, corrected(path, word="dog"))
    assert not Feedback.objects.exists()


def test_an_id_that_another_drawing_has_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing, other = make_drawing("cat", label="cat"), make_drawing("house", label="house")
    exported(tmp_path)
    path = corrected(tmp_path / "full" / "raw" / "cat.ndjson", key_id=str(other.pk))
    with pytest.raises(SystemExit):
        call_command("import_drawings", path)
    assert f"Its id {other.pk} is another drawing's here" in capsys.readouterr().err
    assert set(Drawing.objects.all()) == {drawing, other}


def test_a_private_drawing_is_private_on_every_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_drawing("cat", label="cat", moderation=Drawing.Moderation.PRIVATE)
    files = exported(tmp_path)
    empty_the_site()
    imported(capsys, "--accept", *files)
    assert Drawing.objects.get().is_private
    assert not Drawing.objects.public().exists()


def test_staffs_feedback_is_staffs_only_if_staff_imports_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_user("sam")
    drawing = make_drawing("cat", label="cat", moderation=Drawing.Moderation.APPROVED)
    give_feedback(drawing, Contributor.objects.create(), correct=False, label=make_class("cat"), by_staff=True)
    files = exported(tmp_path)
    for arguments, is_trusted in ((["--as", "sam"], False), ([], True)):
        empty_the_site()
        imported(capsys, "--accept", *arguments, *files)
        assert Feedback.objects.filter(by_staff=True).exists() is is_trusted
        assert (Drawing.objects.get().moderation == Drawing.Moderation.APPROVED) is is_trusted


def test_what_the_release_before_imported_under_new_ids_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_drawing("cat", label="cat")
    (path,) = exported(tmp_path)
    empty_the_site()
    without_ids = tmp_path / "cat.ndjson"
    without_ids.write_bytes(path.read_bytes())
    imported(capsys, corrected(without_ids, key_id=None, contributor=None))
    assert "Stored 0 drawings; 1 were there already" in imported(capsys, path)


def test_accepting_what_was_only_proposed_counts_the_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_class("cat")
    path = tmp_path / "cat.ndjson"
    path.write_text(json.dumps({"word": "cat", "drawing": strokes_of("cat")}))
    imported(capsys, path)
    assert "1 were there and got your word" in imported(capsys, "--accept", path)
    assert Drawing.objects.get().status == Drawing.Status.ACCEPTED


def test_drawings_become_whose_an_import_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sam = Contributor.objects.of_user(make_user("sam"))
    make_drawing("cat", label="cat")
    files = exported(tmp_path)
    Drawing.objects.all().delete()
    imported(capsys, "--as", "sam", *files)
    assert Drawing.objects.get().contributor == sam


def test_the_admins_zip_is_read_by_the_command(
    tmp_path: Path, admin_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    make_drawing("cat", label="a/b")
    make_drawing("cat", label="café", strokes=None)
    there = state()
    asked = {"formats": [*FORMATS, "csv"], "accepted": "on"}
    answer = admin_client.post("/admin/recognition/drawing/export/", asked)
    path = tmp_path / "drawings.zip"
    path.write_bytes(b"".join(answer))  # type: ignore[arg-type]
    empty_the_site()
    assert "Stored 2 drawings; 3 were there already, 0 could not be read" in imported(capsys, "--accept", path)
    assert [drawing[:7] for drawing in state()] == [drawing[:7] for drawing in there]


def test_a_folder_is_read_with_the_whole_strokes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing = make_drawing("cat", label="cat")
    exported(tmp_path, *FORMATS)
    empty_the_site()
    assert "Stored 1 drawings; 3 were there already" in imported(capsys, tmp_path)
    assert Drawing.objects.get().strokes == drawing.strokes


def test_what_was_asked_for_in_a_game_is_not_asked_for_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in (Drawing.Source.GAME, Drawing.Source.PAGE):
        drawing = make_drawing("cat", source=source, prompt=make_class("cat"))
        give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    files = exported(tmp_path)
    empty_the_site()
    imported(capsys, "--accept", *files)
    assert {drawing.prompt and drawing.prompt.name for drawing in Drawing.objects.accepted()} == {None, "cat"}


@pytest.mark.parametrize("form", ["ndjson", "npy"])
def test_a_proposed_word_is_proposed_on_a_new_site(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing = make_drawing("cat", label="cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    give_feedback(drawing, Contributor.objects.create(), correct=False, label=None, proposal=propose("lynx"))
    files = exported(tmp_path, form)
    empty_the_site()
    WordProposal.objects.all().delete()
    imported(capsys, "--accept", *files)
    assert WordProposal.objects.get(name="lynx").drawings().get() == drawing


def test_no_id_of_a_person_is_in_an_export(tmp_path: Path) -> None:
    drawing = make_drawing("cat", label="cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    content = b"".join(path.read_bytes() for path in exported(tmp_path, *FORMATS))
    assert str(drawing.pk).encode() in content
    assert str(drawing.contributor_id).encode() not in content
    assert content.count(str(drawing.contributor.pseudonym).encode()) == 6


def test_programs_that_read_one_array_see_the_bitmaps_only(tmp_path: Path) -> None:
    make_drawing("cat", label="cat")
    (path,) = exported(tmp_path, "npy")
    assert np.load(path).shape == (1, 784)
    with path.open("rb") as file:
        np.load(file)
        assert json.loads(bytes(np.load(file)))["word"] == "cat"

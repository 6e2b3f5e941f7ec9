from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from celery import current_app
from celery.signals import before_task_publish
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from recognition.models import DoodleClass, Drawing, DrawingImport, ImportPart
from recognition.privacy.deletion import delete_drawings
from recognition.transfer import import_job
from tests.factories import make_class, make_drawing, make_version, strokes_of

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/recognition/drawingimport/"
UPLOAD = f"{LIST}upload/"
CAT, HOUSE = ({"word": word, "drawing": strokes_of(word)} for word in ("cat", "house"))
SANDWICH = HOUSE | {"word": "sandwich"}


@pytest.fixture(autouse=True)
def version() -> None:
    make_version()


@pytest.fixture
def sent() -> Iterator[list[int]]:
    """The imports for which a message was made; the tests' broker is away, so none arrives."""
    sent: list[int] = []

    def remember(sender: str, body: Any, **_: Any) -> None:
        sent.append(body[0][0])

    before_task_publish.connect(remember, sender="recognition.tasks.work_on_import")
    yield sent
    before_task_publish.disconnect(remember, sender="recognition.tasks.work_on_import")


def lines(*told: object) -> bytes:
    return "".join(f"{json.dumps(one)}\n" for one in told).encode()


def npy(bitmaps: np.ndarray) -> bytes:
    file = BytesIO()
    np.save(file, bitmaps)
    return file.getvalue()


def upload(client: Client, content: bytes, name: str = "drawings.ndjson", **data: Any) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)} | data)


def imported(client: Client, content: bytes, name: str = "drawings.ndjson", **data: Any) -> DrawingImport:
    """Upload a file, let a worker import it, and return what came of it."""
    answer = upload(client, content, name, **data)
    started = DrawingImport.objects.first()
    assert started
    assert answer["Location"] == f"{LIST}{started.pk}/change/"
    return worked_off(started)


def worked_off(started: DrawingImport) -> DrawingImport:
    """Do what a worker does with one message after the other."""
    while started.is_open:
        import_job.work(started.pk)
        started.refresh_from_db()
    return started


@pytest.mark.parametrize("word", ["\ud800", "c\0t", "", ["cat"], None, "c" * 10_000])
def test_a_word_that_no_class_can_have_is_refused_and_the_others_are_imported(admin_client: Client, word: Any) -> None:
    found = imported(admin_client, lines(CAT | {"word": word}, HOUSE))
    assert (found.stored, found.refused, found.error) == (1, 1, "")


def test_drawings_are_imported_by_a_worker_and_the_page_says_what_came_of_each(admin_client: Client) -> None:
    found = imported(admin_client, lines(CAT, HOUSE, CAT, CAT | {"word": "dodo"}, "nonsense"))
    assert (found.stored, found.known, found.refused, found.is_open) == (2, 1, 2, False)
    page = admin_client.get(f"{LIST}{found.pk}/change/").content.decode()
    assert "Done" in page
    assert "drawings.ndjson:4: There is no class “dodo”; add it first." in page
    assert "drawings.ndjson:5: no drawing;" in page
    cat = Drawing.objects.get(prompt__name="cat")
    assert (cat.source, cat.status) == (Drawing.Source.IMPORT, Drawing.Status.PROPOSED)
    assert cat.first_prediction()
    assert not found.waiting.exists()


def test_their_words_are_accepted_if_somebody_says_so(admin_client: Client) -> None:
    imported(admin_client, lines(CAT), accept="on")
    assert Drawing.objects.get().status == Drawing.Status.ACCEPTED
    assert LogEntry.objects.get().get_change_message() == "Uploaded, its words accepted."


def test_bitmaps_are_imported_under_their_files_name_or_another(admin_client: Client) -> None:
    DoodleClass.objects.ensure(["dog"])
    bitmaps = np.stack([make_drawing("cat").pixels().reshape(784)] * 2)
    bitmaps[1, 0] = 9
    assert imported(admin_client, npy(bitmaps), "cat.npy").stored == 2
    assert imported(admin_client, npy(bitmaps), "cat.npy", label="dog").stored == 2
    assert imported(admin_client, npy(bitmaps), "cat.npy").known == 2


def test_what_was_exported_here_is_not_stored_again(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    found = imported(admin_client, lines(CAT | {"key_id": str(drawing.pk)}))
    assert (found.stored, found.known) == (0, 1)


def test_the_page_says_what_was_corrected_deleted_and_left_out(admin_client: Client) -> None:
    here, gone = make_drawing("cat", label="cat"), make_drawing("cat", label="cat")
    delete_drawings(Drawing.objects.filter(pk=gone.pk))
    recognized = {"recognized": True}
    found = imported(
        admin_client,
        lines(
            HOUSE,
            CAT | recognized | {"word": "house", "key_id": str(here.pk)},
            CAT | recognized | {"key_id": str(gone.pk)},
        ),
        accept="on",
        only_recognized="on",
    )
    assert (found.stored, found.corrected, found.deleted, found.unrecognized) == (0, 1, 1, 1)
    page = admin_client.get(f"{LIST}{found.pk}/change/").content.decode()
    assert all(words in page for words in ("got your word", "deleted here before", "not recognized, left out"))
    here.refresh_from_db()
    assert str(here.label) == "house"


def test_blank_lines_keep_the_numbers_of_the_others(admin_client: Client) -> None:
    found = imported(admin_client, b"\n\n" + lines(CAT) + b"\n" * 40_000 + lines("nonsense"))
    assert found.stored == 1
    assert found.refusals[0].startswith("drawings.ndjson:40004:")


def test_exported_bitmaps_are_known_here(admin_client: Client, tmp_path: Path) -> None:
    make_drawing("cat", label="cat")
    call_command("export_drawings", tmp_path, "--format", "npy")
    content = (tmp_path / "full" / "numpy_bitmap" / "cat.npy").read_bytes()
    assert imported(admin_client, content, "full_numpy_bitmap_cat.NPY").known == 1


def test_a_gz_that_unpacks_to_far_more_is_refused_at_once(admin_client: Client, settings: Settings) -> None:
    settings.UPLOAD_MOST_BYTES = 10_000
    answer = upload(admin_client, gzip.compress(lines(CAT) * 500), "cats.ndjson.gz")
    assert "It unpacks to far more than its size" in answer.content.decode()
    assert not DrawingImport.objects.exists()


def test_parts_of_the_release_before_are_imported(admin_client: Client, admin_user: User) -> None:
    content = bytes(make_drawing("cat").bitmap)
    make_class("cat")
    job = DrawingImport.objects.create(file="cat.npy", is_npy=True, accept=False, by=admin_user, parts=1)
    ImportPart.objects.create(drawing_import=job, first=1, content=content)
    assert worked_off(job).stored == 1


def test_a_file_of_many_parts_keeps_the_numbers_of_its_rows(admin_client: Client) -> None:
    drawn = [{"word": "cat", "drawing": [[[0, number, 90], [0, 50, number]]]} for number in range(120)]
    padded = [one | {"countrycode": "x" * 900} for one in drawn]
    content = lines(*padded, "nonsense")
    answer = upload(admin_client, content)
    started = DrawingImport.objects.get()
    assert started.parts == ImportPart.objects.count() == 4
    assert answer.status_code == 302
    assert worked_off(started).stored == 120
    assert started.refusals[0].startswith("drawings.ndjson:121:")


def test_a_worker_gives_others_their_turn_and_the_page_shows_how_far_it_is(
    admin_client: Client, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_job, "SLICE_SECONDS", 0.0)
    content = lines(*[CAT | {"countrycode": "x" * 33_000, "word": word} for word in ("cat", "house", "star", "eye")])
    upload(admin_client, content)
    started = DrawingImport.objects.get()
    import_job.work(started.pk)
    assert ImportPart.objects.count() == 3
    assert sent == [started.pk, started.pk]
    live = admin_client.get(f"{LIST}{started.pk}/live/").content.decode()
    assert "Importing, 25&nbsp;%" in live
    assert "data-open" in live


def test_one_that_was_lost_on_its_way_is_sent_again(admin_client: Client, sent: list[int]) -> None:
    upload(admin_client, lines(CAT))
    started = DrawingImport.objects.get()
    import_job.sweep()
    assert sent == [started.pk]  # it was sent a moment ago
    DrawingImport.objects.update(touched_at="2020-01-01T00:00Z")
    import_job.sweep()
    assert sent == [started.pk] * 2
    import_job.work(started.pk)
    import_job.work(started.pk)  # a message that comes twice
    started.refresh_from_db()
    assert (started.stored, started.known) == (1, 0)
    DrawingImport.objects.update(touched_at="2020-01-01T00:00Z")
    import_job.sweep()
    assert sent == [started.pk] * 2


def test_a_part_that_kills_its_worker_is_given_up_and_the_page_says_where(admin_client: Client) -> None:
    upload(admin_client, lines(CAT))
    started = DrawingImport.objects.get()
    for _ in range(import_job.MAX_TRIES):
        assert import_job._begin_try(started.pk)  # and the worker dies
    import_job.work(started.pk)
    started.refresh_from_db()
    assert not started.is_open
    assert started.error.startswith("Given up at row 1")
    assert started.error in admin_client.get(f"{LIST}{started.pk}/change/").content.decode()


def test_it_can_be_stopped_and_what_was_imported_stays(admin_client: Client) -> None:
    upload(admin_client, lines(CAT))
    started = DrawingImport.objects.get()
    assert "Stop the import of " in admin_client.get(f"{LIST}{started.pk}/stop/").content.decode()
    assert DrawingImport.objects.get().is_open
    admin_client.post(f"{LIST}{started.pk}/stop/")
    import_job.work(started.pk)
    started.refresh_from_db()
    assert (started.error, started.stored) == ("Stopped by admin.", 0)
    assert not ImportPart.objects.exists()
    assert admin_client.get(f"{LIST}{started.pk}/stop/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cat.png", b"x", "must end in .ndjson or .npy"),
        ("cat.npy", b"no npy", "It is no npy file"),
        ("cat.npy", npy(np.zeros((3, 784), np.uint8)).replace(b"}", b" "), "It is no npy file"),
        ("cat.npy", npy(np.zeros((3, 5))), "float64 (3, 5), not uint8"),
        ("cat.npy", npy(np.zeros((3, 784), np.uint8))[:-1], "too short or too long"),
        ("cat.npy", npy(np.full((3, 784), 255, np.uint8)), "black ink on white"),
        ("cat.ndjson.gz", b"\x1f\x8bno gz", "It is no gz file"),
        ("cat.json", b"[" + lines(CAT), "It is no JSON after 1 drawings"),
        ("cat.npy", npy(np.array([{}], object)), "not uint8"),
        ("cat.ndjson", b"", "The file is empty."),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_at_once(
    admin_client: Client, name: str, content: bytes, words: str
) -> None:
    answer = upload(admin_client, content, name)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not DrawingImport.objects.exists()


def test_a_class_that_does_not_exist_is_told(admin_client: Client) -> None:
    assert "There is no class “dodo”." in upload(admin_client, lines(CAT), label="dodo").content.decode()


def test_the_class_of_an_upload_is_found_in_any_case_and_unicode_form(admin_client: Client) -> None:
    DoodleClass.objects.create(name="pi\u00f1ata")
    assert imported(admin_client, lines(CAT), label="PIN\u0303ATA").stored == 1
    assert Drawing.objects.get().prompt == DoodleClass.objects.named("piñata")


def test_unknown_words_that_are_the_same_become_one_class(admin_client: Client) -> None:
    found = imported(admin_client, lines(CAT | {"word": "Pi\u00f1ata"}, CAT | {"word": "pin\u0303ata  "}))
    import_job.retry_with_new_classes(found.pk, by=User.objects.get(username="admin"))
    assert [one.name for one in DoodleClass.objects.filter(origin="own")] == ["Pi\u00f1ata"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(admin_client: Client, settings: Settings) -> None:
    settings.UPLOAD_MOST_BYTES = 1000
    answer = upload(admin_client, lines(CAT) * 10)
    assert answer.status_code == 413
    assert "import_drawings takes any size" in answer.content.decode()


def test_only_a_hundred_refusals_are_kept_in_words(admin_client: Client) -> None:
    found = imported(admin_client, b"x\n" * 150)
    assert (found.refused, len(found.refusals)) == (150, 100)
    assert "And 50 more." in admin_client.get(f"{LIST}{found.pk}/change/").content.decode()


def test_unknown_words_are_added_on_request_and_their_drawings_imported(admin_client: Client) -> None:
    first = imported(admin_client, lines(CAT, SANDWICH, HOUSE | {"word": "x" * 65}))
    assert (first.stored, first.refused, first.unknown) == (1, 2, ["sandwich"])
    assert "Add this word and retry" in admin_client.get(f"{LIST}{first.pk}/change/").content.decode()
    admin_client.post(f"{LIST}{first.pk}/retry/")
    again = worked_off(DrawingImport.objects.latest("pk"))
    assert (again.stored, again.known, again.refused) == (1, 1, 1)
    assert DoodleClass.objects.get(name="sandwich").origin == DoodleClass.Origin.OWN
    answer = admin_client.post(f"{LIST}{first.pk}/retry/", follow=True)
    assert "The file of that import is gone" in answer.content.decode()


def test_who_may_add_no_class_retries_nothing(admin_client: Client, viewer_client: Client) -> None:
    first = imported(admin_client, lines(SANDWICH))
    assert "and retry" not in viewer_client.get(f"{LIST}{first.pk}/change/").content.decode()
    assert viewer_client.post(f"{LIST}{first.pk}/retry/").status_code == 403
    assert not DoodleClass.objects.filter(name="sandwich").exists()


def test_hostile_lines_are_shown_as_text(admin_client: Client) -> None:
    found = imported(admin_client, lines(CAT | {"word": "<script>alert(1)</script>"}))
    page = admin_client.get(f"{LIST}{found.pk}/change/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_who_may_only_look_sees_imports_and_can_start_none(admin_client: Client, viewer_client: Client) -> None:
    found = imported(admin_client, lines(CAT))
    assert viewer_client.get(f"{LIST}{found.pk}/change/").status_code == 200
    assert viewer_client.get(f"{LIST}{found.pk}/live/").status_code == 200
    assert upload(viewer_client, lines(CAT)).status_code == 403
    assert viewer_client.post(f"{LIST}{found.pk}/stop/").status_code == 403


def test_an_upload_whose_user_is_gone_is_ended(admin_client: Client) -> None:
    upload(admin_client, lines(CAT))
    DrawingImport.objects.update(by=None)
    started = DrawingImport.objects.get()
    import_job.work(started.pk)
    started.refresh_from_db()
    assert started.error == "Who uploaded it is no longer a user here."


def test_the_workers_know_the_tasks() -> None:
    current_app.loader.import_default_modules()
    assert {"recognition.tasks.work_on_import", "recognition.tasks.sweep_imports"} <= set(current_app.tasks)


def test_a_class_of_the_form_is_offered(admin_client: Client) -> None:
    make_class("zebra")
    assert '<option value="zebra">' in admin_client.get(UPLOAD).content.decode()


def test_an_import_waits_while_the_disk_is_nearly_full(admin_client: Client, settings: Settings) -> None:
    make_class("cat")
    upload(admin_client, lines(CAT))
    started, reserve = DrawingImport.objects.get(), settings.DISK_RESERVE_BYTES
    settings.DISK_RESERVE_BYTES = 2**60
    import_job.work(started.pk)
    started.refresh_from_db()
    refused = upload(admin_client, lines(HOUSE)).content.decode()
    settings.DISK_RESERVE_BYTES = reserve

    if connection.vendor == "sqlite":
        assert (started.is_open, started.tries, started.stored) == (True, 0, 0)
        assert "The disk of this site is nearly full" in refused
    else:  # its disk is for its own host to watch
        assert "The disk of this site is nearly full" not in refused
    assert worked_off(started).stored == 1

from __future__ import annotations

import csv
import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from django.test import Client

from recognition import sample_drawings
from recognition.labeling.feedback import give_feedback
from recognition.models import AuditEntry, Drawing
from tests.factories import make_class, make_drawing, make_prediction, make_user, make_version, strokes_of

pytestmark = pytest.mark.django_db

EXPORT = "/admin/recognition/drawing/export/"


def exported(client: Client, *formats: str, query: str = "", accepted: bool = True) -> dict[str, bytes]:
    """Export as the form does and return the files of the zip."""
    data: dict[str, Any] = {"formats": formats} | ({"accepted": "on"} if accepted else {})
    answer = client.post(f"{EXPORT}{query}", data)
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="drawings-')
    assert answer["X-Accel-Buffering"] == "no"  # the proxy keeps no copy
    with ZipFile(BytesIO(b"".join(answer))) as archive:  # type: ignore[arg-type]
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_accepted_drawings_come_as_quick_draw_lays_them_out(admin_client: Client) -> None:
    cat = make_drawing("cat", label="cat")
    make_drawing("house", label="house")
    make_drawing("cat", label="cat", status=Drawing.Status.PROPOSED)
    files = exported(admin_client, "ndjson", "simplified", "bin", "npy")
    assert set(files) == {
        f"full/{form}/{word}.{end}"
        for form, end in [("raw", "ndjson"), ("simplified", "ndjson"), ("binary", "bin"), ("numpy_bitmap", "npy")]
        for word in ("cat", "house")
    }
    (line,) = files["full/raw/cat.ndjson"].splitlines()
    assert json.loads(line)["drawing"] == strokes_of("cat")
    bitmaps = np.load(BytesIO(files["full/numpy_bitmap/cat.npy"]))
    assert (bitmaps == cat.pixels().reshape(1, 784)).all()


def test_what_the_list_is_filtered_by_holds_for_the_export(admin_client: Client) -> None:
    make_drawing("cat", label="cat")
    make_drawing("house", label="house", source=Drawing.Source.GAME)
    assert list(exported(admin_client, "ndjson", query="?source__exact=game")) == ["full/raw/house.ndjson"]
    assert list(exported(admin_client, "ndjson", query="?q=cat")) == ["full/raw/cat.ndjson"]
    version = make_version()
    make_prediction(Drawing.objects.get(label__name="cat"), version)
    assert list(exported(admin_client, "npy", query="?guess=cat&right=yes")) == ["full/numpy_bitmap/cat.npy"]


def test_the_list_links_to_the_export_of_what_it_shows(admin_client: Client) -> None:
    make_drawing("cat", label="cat")
    page = admin_client.get("/admin/recognition/drawing/?source__exact=page").content.decode()
    assert f'href="{EXPORT}?source__exact=page">Export these</a>' in page
    assert "1 drawings, as the list is filtered" in admin_client.get(f"{EXPORT}?source__exact=page").content.decode()


def test_proposed_labels_come_only_if_they_are_asked_for(admin_client: Client) -> None:
    make_drawing("cat", label="cat", status=Drawing.Status.PROPOSED)
    assert exported(admin_client, "ndjson") == {}
    assert list(exported(admin_client, "ndjson", accepted=False)) == ["full/raw/cat.ndjson"]


def test_what_was_said_about_the_drawings_of_the_list_is_a_table(admin_client: Client) -> None:
    drawings = [make_drawing("cat", label="cat"), make_drawing("house", label="house")]
    for drawing in drawings:
        give_feedback(drawing, drawing.contributor, correct=False, label=make_class(str(drawing.label)))
    files = exported(admin_client, "csv", query="?q=house")
    (row,) = csv.DictReader(files["feedback.csv"].decode("utf-8-sig").splitlines())
    assert (row["drawing"], row["said"]) == (str(drawings[1].pk), "house")


def test_samples_are_in_no_export(admin_client: Client) -> None:
    sample_drawings.add()
    assert exported(admin_client, "ndjson", "npy", query="?source__exact=sample", accepted=False) == {}


def test_a_large_export_is_sent_in_pieces_while_it_is_read(admin_client: Client) -> None:
    random = np.random.default_rng(0)
    for _ in range(40):
        make_drawing("cat", label="cat", strokes=[random.random((2, 500)).tolist()])
    answer = admin_client.post(EXPORT, {"formats": ["ndjson"], "accepted": "on"})
    pieces = list(answer)  # type: ignore[call-overload]
    assert len(pieces) > 2
    assert max(map(len, pieces)) < 200_000


def test_who_took_what_along_is_in_the_audit_log_but_not_whose_it_was(admin_client: Client) -> None:
    whose = make_drawing("cat", label="cat").contributor
    AuditEntry.objects.all().expire()
    exported(admin_client, "npy", "csv", query=f"?source__exact=game&contributor__id__exact={whose.pk}")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.about) == ("admin", "exported", "drawings as npy, csv")
    assert entry.detail == "source__exact=game, contributor__id__exact"


def test_without_a_format_nothing_is_sent(admin_client: Client) -> None:
    page = admin_client.post(EXPORT, {"accepted": "on"}).content.decode()
    assert "Please choose at least one." in page
    assert not AuditEntry.objects.exists()


def test_a_filter_that_makes_no_sense_leads_back_to_the_list(admin_client: Client) -> None:
    answer = admin_client.get(f"{EXPORT}?created_at__gte=nonsense")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/recognition/drawing/?e=1")


def test_whoever_may_look_may_export_and_nobody_else(client: Client, viewer_client: Client) -> None:
    make_drawing("cat", label="cat")
    assert exported(viewer_client, "ndjson")
    other = Client()
    assert other.get(EXPORT).status_code == 302
    other.force_login(make_user("nosy", staff=True))
    assert other.get(EXPORT).status_code == 403


def test_staff_take_the_samples_away_for_good(admin_client: Client) -> None:
    sample_drawings.add()
    mine = make_drawing("cat", label="cat")
    assert "Remove the samples" in admin_client.get("/admin/recognition/drawing/").content.decode()
    assert "do not come back" in admin_client.get("/admin/recognition/drawing/samples/").content.decode()
    admin_client.post("/admin/recognition/drawing/samples/")
    assert Drawing.objects.get() == mine
    assert "Remove the samples" not in admin_client.get("/admin/recognition/drawing/").content.decode()
    assert AuditEntry.objects.get(action="deleted").detail == "samples"


def test_who_may_not_delete_drawings_may_not_take_samples_away(viewer_client: Client) -> None:
    sample_drawings.add()
    assert "Remove the samples" not in viewer_client.get("/admin/recognition/drawing/").content.decode()
    assert viewer_client.post("/admin/recognition/drawing/samples/").status_code == 403
    assert sample_drawings.exist()

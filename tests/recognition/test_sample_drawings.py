from __future__ import annotations

import json

import pytest
from django.test import Client
from pytest_django import Settings

from recognition import sample_drawings
from recognition.labeling.decisions import decide
from recognition.labeling.policy import update_label
from recognition.labeling.review_queue import queue_for
from recognition.models import Contributor, Drawing, Exhibit
from recognition.moderation import report
from tests.factories import make_class, make_drawing, make_version

pytestmark = pytest.mark.django_db

SAMPLES = [json.loads(line) for line in sample_drawings.FILE.read_text().splitlines()]


def test_the_file_is_small_and_holds_one_drawing_of_a_class() -> None:
    assert sample_drawings.FILE.stat().st_size < 100_000
    assert len({sample["word"] for sample in SAMPLES}) == len(SAMPLES) > 60


def test_a_new_site_shows_them_with_what_the_network_says() -> None:
    make_version()
    assert sample_drawings.add_once() == len(SAMPLES)
    assert Exhibit.objects.filter(source="sample").exclude(guess="").count() == len(SAMPLES)
    drawing = Drawing.objects.select_related("label").get(label__name="cat")
    assert (drawing.status, drawing.first_prediction() is not None) == (Drawing.Status.ACCEPTED, True)


def test_they_need_no_network() -> None:
    assert sample_drawings.add_once() == len(SAMPLES) == Exhibit.objects.count()


def test_they_hang_also_where_staff_look_first(settings: Settings) -> None:
    settings.GALLERY_MODERATED = True
    sample_drawings.add_once()
    assert Exhibit.objects.count() == len(SAMPLES)


def test_they_are_offered_once() -> None:
    sample_drawings.add_once()
    assert sample_drawings.add_once() == sample_drawings.add() == 0
    assert Drawing.objects.count() == len(SAMPLES)


def test_removed_ones_do_not_come_back_unless_they_are_asked_for() -> None:
    sample_drawings.add_once()
    assert sample_drawings.remove() == len(SAMPLES)
    assert sample_drawings.add_once() == 0
    assert not Drawing.objects.exists()
    assert sample_drawings.add() == len(SAMPLES)


def test_they_stay_away_after_somebody_deleted_all_drawings_of_their_contributor() -> None:
    sample_drawings.add_once()
    Contributor.objects.get(pk=sample_drawings.CONTRIBUTOR_ID).delete()
    assert sample_drawings.add_once() == 0


def test_removing_them_leaves_what_people_drew() -> None:
    mine = make_drawing("cat", label="cat")
    sample_drawings.add()
    sample_drawings.remove()
    assert Drawing.objects.get() == mine


def test_a_site_on_which_people_have_drawn_gets_none_now_or_later() -> None:
    drawing = make_drawing()
    assert sample_drawings.add_once() == 0
    drawing.delete()
    assert sample_drawings.add_once() == 0


def test_they_do_not_count_as_what_people_drew(admin_client: Client) -> None:
    sample_drawings.add()
    assert not Drawing.objects.accepted().exists()
    assert "Drawn today" in (page := admin_client.get("/admin/").content.decode())
    assert f"<strong>{len(SAMPLES)}</strong>" not in page


def test_the_classes_in_the_admin_count_what_people_drew(admin_client: Client) -> None:
    sample_drawings.add()
    make_drawing("cat", label="cat")
    page = admin_client.get("/admin/recognition/doodleclass/?q=cat").content.decode()
    assert f'label__id__exact={make_class("cat").pk}&amp;status__exact=accepted" class="text-link">1</a>' in page


def test_nobody_is_asked_to_review_them() -> None:
    make_version()
    sample_drawings.add()
    assert queue_for(Contributor.objects.create(), set()) == []


def test_staff_may_know_better_and_take_it_back() -> None:
    sample_drawings.add()
    drawing = Drawing.objects.with_predictions().get(label__name="cat")
    reviewer = Contributor.objects.create()
    decide(drawing, reviewer, None)
    drawing.refresh_from_db()
    assert drawing.status == Drawing.Status.REJECTED
    drawing.feedback.all().delete()
    update_label(drawing)
    assert (drawing.status, str(drawing.label)) == (Drawing.Status.ACCEPTED, "cat")


def test_a_report_does_not_hide_what_ships_with_the_site() -> None:
    sample_drawings.add()
    report(Drawing.objects.all()[0], Contributor.objects.create(), "ugly")
    assert Exhibit.objects.count() == len(SAMPLES)


def test_they_are_not_exported_through_the_api(admin_client: Client) -> None:
    sample_drawings.add()
    answer = admin_client.get("/api/v1/export/drawings.ndjson")
    assert b"".join(answer) == b""  # type: ignore[arg-type]


def test_they_are_told_apart_wherever_they_are_shown(client: Client) -> None:
    sample_drawings.add()
    for path in ("/", "/gallery/"):
        assert '<span class="exhibit__sample">sample</span>' in client.get(path).content.decode(), path
    drawing = Drawing.objects.all()[0]
    page = client.get(f"/drawings/{drawing.pk}/").content.decode()
    assert "A sample from" in page
    assert "CC BY 4.0" in page


def test_what_people_draw_is_not_called_a_sample(client: Client) -> None:
    make_drawing("cat", label="cat")
    for path in ("/", "/gallery/"):
        assert "sample</span>" not in client.get(path).content.decode(), path

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from pytest_django import Settings

from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, Drawing, Feedback, ModelVersion, Prediction
from recognition.privacy.deletion import delete_contributor_data, delete_drawings
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db


def test_forgetting_deletes_all_of_one_contributor_and_nothing_of_others() -> None:
    version = make_version()
    mine, others = make_drawing(), make_drawing()
    make_prediction(mine, version)
    give_feedback(mine, others.contributor, correct=False, label=None)

    delete_contributor_data(mine.contributor)

    assert list(Drawing.objects.all()) == [others]
    assert not Prediction.objects.exists()
    assert not Feedback.objects.exists()
    assert ModelVersion.objects.exists()


def test_forgetting_takes_back_what_was_said_about_drawings_of_others(settings: Settings) -> None:
    settings.LABEL_POLICY = "agreement"
    drawing, (one, another) = make_drawing(), (make_drawing().contributor, make_drawing().contributor)
    for contributor in (one, another):
        give_feedback(drawing, contributor, correct=False, label=make_class("dog"))

    delete_contributor_data(one)

    drawing.refresh_from_db()
    assert drawing.status == Drawing.Status.PROPOSED


def test_only_the_drawings_that_are_meant_are_deleted() -> None:
    gone, stays = make_drawing(), make_drawing()
    assert delete_drawings(Drawing.objects.filter(pk=gone.pk)) == 1
    assert list(Drawing.objects.all()) == [stays]


def test_deleting_nothing_is_no_error() -> None:
    assert delete_drawings(Drawing.objects.none()) == 0


@pytest.mark.parametrize("way", ["the page", "the list"])
def test_the_admins_history_forgets_what_is_deleted_there(admin_client: Client, way: str) -> None:
    drawing = make_drawing()
    if way == "the page":
        admin_client.post(f"/admin/recognition/drawing/{drawing.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [str(drawing.pk)], "post": "yes"}
        admin_client.post("/admin/recognition/drawing/", chosen)
    assert not Drawing.objects.exists()
    assert not LogEntry.objects.filter(object_id=str(drawing.pk)).exists()


def test_the_admins_history_forgets_a_contributor(admin_client: Client) -> None:
    contributor = make_drawing().contributor
    admin_client.post(f"/admin/recognition/contributor/{contributor.pk}/delete/", {"post": "yes"})
    assert not Contributor.objects.filter(pk=contributor.pk).exists()
    assert not LogEntry.objects.filter(object_id=str(contributor.pk)).exists()

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from recognition.admin.drawings import review
from recognition.models import Contributor, Drawing, Feedback, Gold
from tests.factories import make_class, make_drawing, make_gold, make_prediction, make_version

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/drawing/"


def act(client: Client, action: str, *drawings: Drawing, **fields: str) -> Any:
    data = {"action": action, "_selected_action": [str(drawing.pk) for drawing in drawings], **fields}
    return client.post(LIST, data, follow=True)


def test_accepting_records_the_staffs_word_for_the_label(admin_client: Client, admin_user: User) -> None:
    drawing = make_drawing("cat", label="house", status=Drawing.Status.PROPOSED)
    act(admin_client, "accept", drawing)
    drawing.refresh_from_db()
    assert drawing.status == Drawing.Status.ACCEPTED
    feedback = Feedback.objects.get()
    assert feedback.by_staff
    assert feedback.label == drawing.label
    assert feedback.contributor == Contributor.objects.of_user(admin_user)


def test_accepting_says_whether_the_guess_was_right(admin_client: Client) -> None:
    right, wrong = make_drawing("cat", label="cat"), make_drawing("cat", label="house")
    version = make_version()
    for drawing in (right, wrong):
        make_prediction(drawing, version)
    act(admin_client, "accept", right, wrong)
    assert right.feedback.get().correct
    assert not wrong.feedback.get().correct


def test_accepting_leaves_out_what_has_no_label(admin_client: Client) -> None:
    drawing = make_drawing()
    answer = act(admin_client, "accept", drawing)
    assert not Feedback.objects.exists()
    assert "Left out 1 drawings" in answer.content.decode()


def test_rejecting_takes_the_label_away(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    act(admin_client, "reject", drawing)
    drawing.refresh_from_db()
    assert (drawing.status, drawing.label) == (Drawing.Status.REJECTED, None)
    assert drawing.feedback.get().label is None


def test_relabelling_asks_for_the_class_first(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    answer = act(admin_client, "relabel", drawing)
    assert "What are these drawings?" in answer.content.decode()
    assert not Feedback.objects.exists()


def test_relabelling_many_at_once(admin_client: Client) -> None:
    drawings = [make_drawing("cat", label="cat"), make_drawing("house")]
    house = make_class("house")
    act(admin_client, "relabel", *drawings, label="house")
    for drawing in drawings:
        drawing.refresh_from_db()
        assert (drawing.label, drawing.status) == (house, Drawing.Status.ACCEPTED)


@pytest.mark.parametrize("label", ["", "no such class"])
def test_relabelling_to_what_is_no_class_changes_nothing(admin_client: Client, label: str) -> None:
    drawing = make_drawing("cat", label="cat")
    answer = act(admin_client, "relabel", drawing, label=label)
    assert answer.context["form"].errors["label"]
    assert not Feedback.objects.exists()


def test_too_many_at_once_are_refused(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "MAX_DRAWINGS", 1)
    drawings = [make_drawing("cat", label="cat") for _ in range(2)]
    for action in ("accept", "reject", "relabel"):
        assert "at most 1 drawings" in act(admin_client, action, *drawings).content.decode()
    assert not Feedback.objects.exists()


def test_the_latest_word_of_the_staff_counts(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    act(admin_client, "reject", drawing)
    act(admin_client, "relabel", drawing, label="cat")
    drawing.refresh_from_db()
    assert drawing.status == Drawing.Status.ACCEPTED
    assert drawing.feedback.count() == 1


def test_marking_as_gold_takes_what_is_accepted(admin_client: Client, admin_user: User) -> None:
    accepted, proposed = make_drawing("cat", label="cat"), make_drawing("cat", prompt=make_class("cat"))
    answer = act(admin_client, "mark_gold", accepted, proposed).content.decode()
    assert "Marked 1 drawings as gold." in answer
    assert "Left out 1 drawings that are not accepted" in answer
    assert (accepted.gold.by, str(accepted.gold.label)) == (admin_user, "cat")
    assert not Feedback.objects.exists()
    listed = admin_client.get(LIST, {"gold": "marked"}).content.decode()
    assert str(accepted.pk) in listed
    assert str(proposed.pk) not in listed


def test_what_is_gold_no_longer_has_no_answers(admin_client: Client) -> None:
    drawing = make_gold()
    assert "1 drawings are no longer gold." in act(admin_client, "unmark_gold", drawing).content.decode()
    assert not Gold.objects.exists()


@pytest.mark.parametrize("action", ["accept", "reject", "relabel", "mark_gold", "delete_selected"])
def test_those_who_may_only_look_can_settle_nothing(viewer_client: Client, action: str) -> None:
    drawing = make_drawing("cat", label="cat")
    act(viewer_client, action, drawing, label="cat", post="yes")
    assert not Feedback.objects.exists()
    assert not Gold.objects.exists()
    assert Drawing.objects.exists()

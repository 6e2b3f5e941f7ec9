from __future__ import annotations

import pytest
from django.test import Client

from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, Drawing, Feedback
from tests.factories import make_class, make_drawing, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/contributor/"


def test_the_list_counts_what_each_drew_and_said(admin_client: Client) -> None:
    drawing = make_drawing()
    make_drawing(contributor=drawing.contributor)
    Feedback.objects.create(drawing=drawing, contributor=drawing.contributor, correct=False)
    (row,) = admin_client.get(LIST).context["cl"].result_list
    assert (row.drawing_count, row.feedback_count) == (2, 1)


def test_no_name_is_shown(admin_client: Client) -> None:
    Contributor.objects.of_user(make_user("rosalind"))
    assert "rosalind" not in admin_client.get(LIST).content.decode()


def test_contributors_are_found_by_kind_and_id(admin_client: Client) -> None:
    anonymous, user = Contributor.objects.create(), Contributor.objects.of_user(make_user())
    assert list(admin_client.get(LIST, {"kind": "anonymous"}).context["cl"].result_list) == [anonymous]
    assert list(admin_client.get(LIST, {"kind": "user"}).context["cl"].result_list) == [user]
    assert list(admin_client.get(LIST, {"q": str(user.pk)}).context["cl"].result_list) == [user]
    assert list(admin_client.get(LIST, {"q": "nobody"}).context["cl"].result_list) == []


@pytest.mark.parametrize("way", ["one", "many"])
def test_deleting_somebody_deletes_their_drawings_and_takes_back_their_word(admin_client: Client, way: str) -> None:
    flooder, other = Contributor.objects.create(), make_drawing()
    make_drawing(contributor=flooder)
    give_feedback(other, flooder, correct=False, label=make_class("house"))
    if way == "one":
        admin_client.post(f"{LIST}{flooder.pk}/delete/", {"post": "yes"})
    else:
        admin_client.post(LIST, {"action": "delete_selected", "_selected_action": [flooder.pk], "post": "yes"})
    (left,) = Drawing.objects.all()
    assert left == other
    assert (left.label, left.status) == (None, Drawing.Status.UNLABELLED)


def test_the_confirmation_says_how_much_goes(admin_client: Client) -> None:
    drawing = make_drawing()
    answer = admin_client.get(f"{LIST}{drawing.contributor_id}/delete/")
    assert dict(answer.context["model_count"]) == {"contributors": 1, "drawings": 1, "feedback": 0}

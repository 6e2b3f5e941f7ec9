from __future__ import annotations

import pytest
from django.test import Client

from recognition.labeling.feedback import give_feedback
from recognition.labeling.word_proposals import propose
from recognition.models import DoodleClass, WordProposal
from tests.factories import make_drawing

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/wordproposal/"


@pytest.fixture
def yacht() -> WordProposal:
    drawing = make_drawing()
    give_feedback(drawing, drawing.contributor, correct=False, label=None, proposal=propose("yacht"))
    return WordProposal.objects.get()


def test_the_list_shows_each_word_with_its_drawings(admin_client: Client, yacht: WordProposal) -> None:
    page = admin_client.get(LIST)

    assert page.context["cl"].result_list[0].drawing_count == 1
    assert "doodle-bitmap" in page.content.decode()


def test_one_click_accepts_a_word(admin_client: Client, yacht: WordProposal) -> None:
    page = admin_client.post(f"{LIST}{yacht.pk}/accept/", follow=True)

    assert "“yacht” is a class now" in page.content.decode()
    assert DoodleClass.objects.active().get().name == "yacht"


def test_one_click_refuses_a_word(admin_client: Client, yacht: WordProposal) -> None:
    admin_client.post(f"{LIST}{yacht.pk}/refuse/")

    yacht.refresh_from_db()
    assert yacht.status == WordProposal.Status.REFUSED


@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_a_link_decides_nothing(admin_client: Client, yacht: WordProposal, verb: str) -> None:
    assert admin_client.get(f"{LIST}{yacht.pk}/{verb}/").status_code == 405


def test_those_who_may_only_look_decide_nothing(viewer_client: Client, yacht: WordProposal) -> None:
    page = viewer_client.get(LIST)
    assert page.status_code == 200
    assert "formaction" not in page.content.decode()
    assert viewer_client.post(f"{LIST}{yacht.pk}/accept/").status_code == 403

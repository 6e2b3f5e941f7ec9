from __future__ import annotations

import pytest
from django.test import Client

from recognition.models import Contributor, Drawing, Exhibit
from recognition.moderation import report
from tests.factories import make_drawing

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/drawing/"


@pytest.fixture
def reported() -> Drawing:
    drawing = make_drawing("cat", label="cat")
    report(drawing, Contributor.objects.create(), "It is rude.")
    return drawing


def act(client: Client, action: str, *drawings: Drawing) -> str:
    selected = [str(drawing.pk) for drawing in drawings]
    return client.post(LIST, {"action": action, "_selected_action": selected}, follow=True).content.decode()


def test_reported_drawings_are_found_with_the_reason(admin_client: Client, reported: Drawing) -> None:
    make_drawing("cat", label="cat")
    listed = admin_client.get(LIST, {"moderation__exact": "reported"}).context["cl"].result_list
    assert list(listed) == [reported]
    assert "It is rude." in admin_client.get(f"{LIST}{reported.pk}/change/").content.decode()


def test_an_approved_drawing_is_in_the_gallery_again(admin_client: Client, reported: Drawing) -> None:
    assert "Approved 1 drawings." in act(admin_client, "approve", reported)
    assert Exhibit.objects.filter(drawing=reported).exists()


def test_drawings_are_hidden_at_once(admin_client: Client) -> None:
    drawings = [make_drawing("cat", label="cat") for _ in range(2)]
    assert "Hid 2 drawings." in act(admin_client, "hide", *drawings)
    assert not Exhibit.objects.exists()

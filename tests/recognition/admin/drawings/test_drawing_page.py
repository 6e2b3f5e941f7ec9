from __future__ import annotations

import pytest
from django.test import Client

from recognition.models import DoodleClass, Drawing, Feedback
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/drawing/"


def page(drawing: Drawing, name: str = "change/") -> str:
    return f"{LIST}{drawing.pk}/{name}"


def test_a_drawings_page_shows_it_with_bitmap_predictions_and_feedback(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, make_version())
    admin_client.post(page(drawing, "review/"), {"reject": "yes"})
    shown = admin_client.get(page(drawing)).content.decode()
    assert "data:image/svg+xml;base64," in shown
    assert "data:image/png;base64," in shown
    assert "version 1" in shown
    assert "wrong: none of these" in shown


def test_an_uploaded_image_has_no_strokes_to_show(admin_client: Client) -> None:
    shown = admin_client.get(page(make_drawing(strokes=None))).content.decode()
    assert "data:image/svg+xml" not in shown
    assert "only its bitmap is kept" in shown


def test_its_page_offers_the_guess_where_there_is_no_label(admin_client: Client) -> None:
    drawing = make_drawing("cat")
    make_prediction(drawing, make_version())
    assert admin_client.get(page(drawing)).context["label_form"]["label"].value() == "cat"


def test_saying_what_it_is_settles_it(admin_client: Client) -> None:
    drawing = make_drawing("cat")
    make_class("cat")
    answer = admin_client.post(page(drawing, "review/"), {"label": "cat"}, follow=True)
    drawing.refresh_from_db()
    assert drawing.label == DoodleClass.objects.get(name="cat")
    assert "Labelled as cat" in answer.content.decode()


def test_rejecting_it_settles_it_whatever_the_field_says(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    admin_client.post(page(drawing, "review/"), {"label": "cat", "reject": "yes"})
    drawing.refresh_from_db()
    assert drawing.status == Drawing.Status.REJECTED


def test_saying_it_is_an_unknown_class_is_explained(admin_client: Client) -> None:
    drawing = make_drawing("cat")
    answer = admin_client.post(page(drawing, "review/"), {"label": "gnu"}, follow=True)
    assert "There is no class “gnu”." in answer.content.decode()
    assert not Feedback.objects.exists()


def test_settling_takes_a_post_and_the_permission(admin_client: Client, viewer_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    assert admin_client.get(page(drawing, "review/")).status_code == 405
    assert viewer_client.post(page(drawing, "review/"), {"reject": "yes"}).status_code == 403
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("way", ["one", "many"])
def test_drawings_can_be_deleted_with_what_was_said_about_them(admin_client: Client, way: str) -> None:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, make_version())
    admin_client.post(page(drawing, "review/"), {"label": "cat"})
    if way == "one":
        admin_client.post(page(drawing, "delete/"), {"post": "yes"})
    else:
        admin_client.post(LIST, {"action": "delete_selected", "_selected_action": [drawing.pk], "post": "yes"})
    assert not Drawing.objects.exists()
    assert not Feedback.objects.exists()

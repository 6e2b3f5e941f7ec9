from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from recognition.admin import review
from recognition.models import Contributor, DoodleClass, Drawing, Feedback
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/drawing/"


def found(client: Client, **query: Any) -> set[Drawing]:
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return set(answer.context["cl"].result_list)


def act(client: Client, action: str, *drawings: Drawing, **fields: str) -> Any:
    data = {"action": action, "_selected_action": [str(drawing.pk) for drawing in drawings], **fields}
    return client.post(LIST, data, follow=True)


def page(drawing: Drawing, name: str = "change/") -> str:
    return f"{LIST}{drawing.pk}/{name}"


# Finding


def test_the_list_shows_the_bitmap_the_label_and_the_first_guess(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="house")
    first = make_prediction(drawing, make_version())
    make_prediction(drawing, make_version())
    (row,) = found(admin_client)
    assert (row.guess, row.confidence) == ("cat", first.confidence)  # type: ignore[attr-defined]
    listed = admin_client.get(LIST).content.decode()
    assert "data:image/png;base64," in listed
    assert f"cat {first.confidence:.0%}" in listed


def test_a_drawing_without_a_guess_is_listed_too(admin_client: Client) -> None:
    drawing = make_drawing()
    assert found(admin_client) == {drawing}


@pytest.fixture
def pair() -> tuple[Drawing, Drawing]:
    """A cat, rightly recognized, from the page; and a cat that people call a house, from a program."""
    right = make_drawing("cat", label="cat")
    wrong = make_drawing("cat", label="house", source=Drawing.Source.API, status=Drawing.Status.PROPOSED)
    make_prediction(right, make_version())
    make_prediction(wrong, make_version())
    return right, wrong


def test_drawings_are_found_by_label(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    assert found(admin_client, label__id__exact=make_class("house").pk) == {pair[1]}


def test_drawings_are_found_by_guess(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    assert found(admin_client, guess="cat") == set(pair)
    assert found(admin_client, guess="house") == set()


@pytest.mark.parametrize(("answer", "index"), [("yes", 0), ("no", 1)])
def test_drawings_are_found_by_right_or_wrong(
    admin_client: Client, pair: tuple[Drawing, Drawing], answer: str, index: int
) -> None:
    assert found(admin_client, right=answer) == {pair[index]}


def test_drawings_are_found_that_nobody_judged(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    unlabelled = make_drawing()
    assert found(admin_client, right="unknown") == {unlabelled}


def test_drawings_are_found_by_the_version_that_guessed(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    assert found(admin_client, version=2) == {pair[1]}


def test_drawings_are_found_by_a_range_of_confidence(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    pair[0].predictions.update(confidence=0.3)
    pair[1].predictions.update(confidence=0.8)
    assert found(admin_client, confidence_from="0.2", confidence_to="0.5") == {pair[0]}
    assert found(admin_client, confidence_from="0.5") == {pair[1]}


def test_filters_speak_of_the_same_guess(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, make_version())
    second = make_prediction(drawing, make_version())
    type(second).objects.filter(pk=second.pk).update(label="fish")
    assert found(admin_client, guess="fish", version=1) == set()


def test_drawings_are_found_by_source_status_and_date(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    assert found(admin_client, source__exact="api") == {pair[1]}
    assert found(admin_client, status__exact="accepted") == {pair[0]}
    assert found(admin_client, created_at__gte=today) == set(pair)
    assert found(admin_client, created_at__lt=today) == set()


def test_drawings_are_found_by_the_beginning_of_a_label_or_of_an_id(
    admin_client: Client, pair: tuple[Drawing, Drawing]
) -> None:
    assert found(admin_client, q="Hou") == {pair[1]}
    assert found(admin_client, q=str(pair[0].pk)[:8]) == {pair[0]}
    assert found(admin_client, q=str(pair[0].pk)) == {pair[0]}
    assert found(admin_client, q="no such thing") == set()


@pytest.mark.parametrize("query", ["version=x", "confidence_from=x", "label__id__exact=x", "right=x", "guess=%00"])
def test_a_filter_that_makes_no_sense_is_no_error(admin_client: Client, query: str) -> None:
    assert admin_client.get(f"{LIST}?{query}", follow=True).status_code == 200


def test_a_list_counts_no_further_than_people_page(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recognition.admin.pagination.MOST_COUNTED", 2)
    for _ in range(3):
        make_drawing()
    assert admin_client.get(LIST).context["cl"].result_count == 2


# Settling


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
    monkeypatch.setattr(review, "MOST", 1)
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


@pytest.mark.parametrize("action", ["accept", "reject", "relabel", "delete_selected"])
def test_those_who_may_only_look_can_settle_nothing(viewer_client: Client, action: str) -> None:
    drawing = make_drawing("cat", label="cat")
    act(viewer_client, action, drawing, label="cat", post="yes")
    assert not Feedback.objects.exists()
    assert Drawing.objects.exists()


# One drawing


def test_a_drawings_page_shows_it_with_bitmap_predictions_and_feedback(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, make_version())
    act(admin_client, "reject", drawing)
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
    assert "It is cat" in answer.content.decode()


def test_rejecting_it_settles_it_whatever_the_field_says(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    admin_client.post(page(drawing, "review/"), {"label": "cat", "reject": "yes"})
    drawing.refresh_from_db()
    assert drawing.status == Drawing.Status.REJECTED


def test_saying_it_is_an_unknown_class_is_explained(admin_client: Client) -> None:
    drawing = make_drawing("cat")
    answer = admin_client.post(page(drawing, "review/"), {"label": "gnu"}, follow=True)
    assert "There is no such class" in answer.content.decode()
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
    act(admin_client, "accept", drawing)
    if way == "one":
        admin_client.post(page(drawing, "delete/"), {"post": "yes"})
    else:
        act(admin_client, "delete_selected", drawing, post="yes")
    assert not Drawing.objects.exists()
    assert not Feedback.objects.exists()

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing, Feedback, Prediction
from tests.factories import make_class, make_drawing, make_prediction, make_user, make_version, strokes_of
from tests.recognition.api.conftest import with_cookie

DRAWINGS = "/api/v1/drawings/"


def test_a_drawing_is_public_to_whoever_knows_its_id(api: APIClient) -> None:
    drawing = make_drawing("cat", prompt=make_class("cat"))

    shown = api.get(f"{DRAWINGS}{drawing.pk}/").json()

    assert shown["strokes"] == strokes_of("cat")
    assert (shown["prompt"], shown["label"], shown["status"]) == ("cat", None, "unlabelled")


def test_a_drawing_is_shown_with_what_was_said_when_it_came(api: APIClient) -> None:
    drawing = make_drawing("cat")
    make_prediction(drawing, make_version())
    make_prediction(drawing, make_version())

    assert api.get(f"{DRAWINGS}{drawing.pk}/").json()["prediction"]["model_version"] == 1


def test_nothing_shown_names_the_contributor(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    drawing = make_drawing(contributor=contributor, label="cat")
    Feedback.objects.create(drawing=drawing, contributor=contributor, correct=True)

    for address in ("", "?mine=true", f"{drawing.pk}/", f"{drawing.pk}/drawing.svg"):
        assert str(contributor.pk) not in browser.get(DRAWINGS + address).content.decode()


def test_the_pictures_of_a_drawing(api: APIClient) -> None:
    drawing = make_drawing("cat")

    bitmap = api.get(f"{DRAWINGS}{drawing.pk}/bitmap.png")
    svg = api.get(f"{DRAWINGS}{drawing.pk}/drawing.svg")

    assert bitmap.content.startswith(b"\x89PNG")
    assert svg.content.startswith(b"<svg")
    assert "private" in bitmap.headers["Cache-Control"]


def test_pictures_come_whatever_the_client_says_it_accepts(api: APIClient) -> None:
    drawing = make_drawing("cat")

    assert api.get(f"{DRAWINGS}{drawing.pk}/bitmap.png", headers={"Accept": "image/png"}).status_code == 200


def test_a_drawing_that_came_as_an_image_has_an_svg_too(api: APIClient) -> None:
    drawing = make_drawing("cat", strokes=None)

    assert api.get(f"{DRAWINGS}{drawing.pk}/drawing.svg").content.startswith(b"<svg")


@pytest.mark.parametrize("rest", ["", "bitmap.png", "drawing.svg"])
def test_a_drawing_that_does_not_exist_is_not_found(api: APIClient, rest: str) -> None:
    response = api.get(f"{DRAWINGS}{uuid.uuid4()}/{rest}")

    assert response.status_code == 404
    assert "detail" in response.json()


@pytest.mark.parametrize("address", ["nonsense/", "1/", "..%2f", "%00/"])
def test_an_address_that_is_none_is_answered_in_json(api: APIClient, address: str) -> None:
    response = api.get(DRAWINGS + address)

    assert response.status_code == 404
    assert "detail" in response.json()


def test_who_drew_it_deletes_it_with_all_that_was_said(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    drawing = make_drawing(contributor=contributor)
    make_prediction(drawing, make_version())

    assert browser.delete(f"{DRAWINGS}{drawing.pk}/").status_code == 204
    assert not Drawing.objects.exists()
    assert not Prediction.objects.exists()


def test_staff_deletes_any_drawing(staff: APIClient) -> None:
    assert staff.delete(f"{DRAWINGS}{make_drawing().pk}/").status_code == 204


@pytest.mark.parametrize("permission", ["view_drawing", "change_drawing"])
def test_staff_see_a_hidden_drawing_only_with_the_permission(db: None, permission: str) -> None:
    drawing = make_drawing("cat", moderation=Drawing.Moderation.HIDDEN)
    staff = make_user("reviewer", staff=True)
    client = APIClient()
    client.force_login(staff)
    before = client.get(f"{DRAWINGS}{drawing.pk}/").status_code
    staff.user_permissions.add(Permission.objects.get(codename=permission))

    assert (before, client.get(f"{DRAWINGS}{drawing.pk}/").status_code) == (404, 200)


def test_a_token_of_staff_deletes_only_what_its_user_drew(program: Callable[..., APIClient]) -> None:
    robot = program("recognize", staff=True)
    own = robot.post(DRAWINGS, {"strokes": strokes_of("cat")}).json()["url"]

    assert robot.delete(f"{DRAWINGS}{make_drawing().pk}/").status_code == 403
    assert robot.delete(own).status_code == 204


def test_nobody_else_deletes_it(api: APIClient, program: Callable[..., APIClient]) -> None:
    drawing = make_drawing()
    strangers: list[Any] = [api, with_cookie(APIClient(), Contributor()), program("recognize", "read", "label")]

    assert [client.delete(f"{DRAWINGS}{drawing.pk}/").status_code for client in strangers] == [403] * 3
    assert Drawing.objects.exists()

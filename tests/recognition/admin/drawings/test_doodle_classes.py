from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from recognition.models import DoodleClass, Drawing
from tests.factories import make_class, make_drawing

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/doodleclass/"


def add(client: Client, name: str) -> Any:
    return client.post(f"{LIST}add/", {"name": name, "active": "on", "origin": "own"})


def test_a_class_of_our_own_can_be_added(admin_client: Client) -> None:
    add(admin_client, " robot ")
    robot = DoodleClass.objects.get()
    assert (robot.name, robot.active, robot.origin) == ("robot", True, "own")


def test_a_class_is_not_added_twice_whatever_its_letters(admin_client: Client) -> None:
    make_class("robot")
    answer = add(admin_client, "Robot")
    assert "There is a class “robot” already." in answer.content.decode()
    assert DoodleClass.objects.count() == 1


def test_classes_are_activated_and_deactivated_in_bulk(admin_client: Client) -> None:
    classes = [make_class(name).pk for name in ("cat", "house")]
    admin_client.post(LIST, {"action": "deactivate", "_selected_action": classes})
    assert not DoodleClass.objects.active().exists()
    admin_client.post(LIST, {"action": "activate", "_selected_action": classes})
    assert DoodleClass.objects.active().count() == 2


@pytest.mark.parametrize(
    ("name", "error"), [("pin\u0303ATA", "There is a class “piñata” already."), ("ro\u200bbot", "U+200B")]
)
def test_a_class_that_is_there_or_has_invisible_characters_is_not_added(
    admin_client: Client, name: str, error: str
) -> None:
    make_class("pi\u00f1ata")
    assert error in add(admin_client, name).content.decode()
    assert DoodleClass.objects.count() == 1


def test_a_class_is_searched_for_in_any_case_and_unicode_form(admin_client: Client) -> None:
    make_class("pi\u00f1ata")
    make_class("cat")
    assert [one.name for one in admin_client.get(LIST, {"q": "PIN\u0303A"}).context["cl"].result_list] == ["piñata"]


def test_a_double_can_still_be_changed(admin_client: Client) -> None:
    make_class("cat")
    DoodleClass.objects.update(key=None)
    double = make_class("Cat")
    DoodleClass.objects.filter(pk=double.pk).update(key=None)
    admin_client.post(f"{LIST}{double.pk}/change/", {"origin": "own"})
    double.refresh_from_db()
    assert (double.active, double.key) == (False, None)


def test_the_name_of_a_class_stays(admin_client: Client) -> None:
    cat = make_class("cat")
    admin_client.post(f"{LIST}{cat.pk}/change/", {"name": "dog", "active": "on", "origin": "quickdraw"})
    cat.refresh_from_db()
    assert cat.name == "cat"


def test_the_list_counts_accepted_and_proposed_drawings(admin_client: Client) -> None:
    for status in (Drawing.Status.ACCEPTED, Drawing.Status.ACCEPTED, Drawing.Status.PROPOSED):
        make_drawing("cat", label="cat", status=status)
    make_class("house")
    rows = admin_client.get(LIST).context["cl"].result_list
    assert {(row.name, row.accepted_drawings, row.proposed_drawings) for row in rows} == {
        ("cat", 2, 1),
        ("house", 0, 0),
    }


def test_those_who_may_only_look_cannot_deactivate(viewer_client: Client) -> None:
    cat = make_class("cat")
    viewer_client.post(LIST, {"action": "deactivate", "_selected_action": [cat.pk]})
    assert DoodleClass.objects.active().exists()

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from recognition.models import DoodleClass
from tests.factories import make_class

CLASSES = "/api/v1/classes/"


def names(client: APIClient, query: str = "") -> list[str]:
    return [one["name"] for one in client.get(CLASSES + query).json()["results"]]


def test_classes_are_listed_by_name(api: APIClient) -> None:
    make_class("house")
    make_class("cat")

    assert names(api) == ["cat", "house"]


def test_only_the_active_ones_are_listed_when_asked_for(api: APIClient) -> None:
    make_class("cat")
    DoodleClass.objects.create(name="dog", active=False)

    assert names(api, "?active=true") == ["cat"]
    assert names(api, "?active=false") == ["dog"]


def test_staff_adds_a_class_of_our_own(staff: APIClient) -> None:
    response = staff.post(CLASSES, {"name": " robot "})

    assert response.status_code == 201
    shown = response.json()
    assert (shown["name"], shown["origin"], shown["active"]) == ("robot", "own", True)
    assert DoodleClass.objects.get().name == "robot"


def test_a_name_keeps_its_case_and_gets_single_blanks(staff: APIClient) -> None:
    assert staff.post(CLASSES, {"name": " Ice\u00a0 Cream "}).json()["name"] == "Ice Cream"


@pytest.mark.parametrize("again", ["pin\u0303ata", "PI\u00d1ATA", " pi\u00f1ata "])
def test_the_same_word_in_another_form_is_no_second_class(staff: APIClient, again: str) -> None:
    make_class("pi\u00f1ata")

    response = staff.post(CLASSES, {"name": again})

    assert (response.status_code, response.json()) == (400, {"name": ["There is a class “piñata” already."]})


@pytest.mark.parametrize("letter", ["\n", "\t", "\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u3164", "\ufe0f"])
def test_invisible_characters_are_refused_by_their_number(staff: APIClient, letter: str) -> None:
    response = staff.post(CLASSES, {"name": f"ro{letter}bot"}, format="json")

    assert response.status_code == 400
    assert f"U+{ord(letter):04X}" in response.json()["name"][0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Cat", "There is a class “cat” already."),
        ("", "blank"),
        ("r" * 65, "64"),
        ("r\0bot", "Null"),
        (["robot"], "valid string"),
        (None, "null"),
    ],
)
def test_a_bad_name_is_refused(staff: APIClient, name: Any, words: str) -> None:
    make_class("cat")

    response = staff.post(CLASSES, {"name": name})

    assert response.status_code == 400
    assert words in response.json()["name"][0]
    assert DoodleClass.objects.count() == 1


def test_nobody_else_adds_classes(
    api: APIClient, browser: APIClient, program: Callable[..., APIClient], staff: APIClient
) -> None:
    robot = program("recognize", "read", "label", "train")
    lesser = program("recognize", "read", "label", staff=True, username="lesser")

    statuses = [client.post(CLASSES, {"name": "robot"}).status_code for client in (api, browser, robot, lesser)]

    assert statuses == [401, 403, 403, 403]
    assert not DoodleClass.objects.exists()


def test_a_staff_program_with_the_scope_adds_a_class(program: Callable[..., APIClient]) -> None:
    assert program("train", staff=True).post(CLASSES, {"name": "robot"}).status_code == 201

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing, ModelVersion
from tests.factories import make_class, make_version, strokes_of
from tests.recognition.api.conftest import with_cookie

DRAWINGS = "/api/v1/drawings/"
KEY = {"Idempotency-Key": "7b1e2c"}


def test_a_repeated_key_gets_the_first_answer(browser: APIClient, version: ModelVersion) -> None:
    first = browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)
    again = browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Drawing.objects.count() == 1


def test_a_repeat_gets_what_was_said_first_even_after_another_promotion(browser: APIClient) -> None:
    make_version()
    first = browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)
    make_version()

    assert browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY).json() == first.json()


def test_another_key_stores_another_drawing(browser: APIClient) -> None:
    browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)
    again = browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers={"Idempotency-Key": "other"})

    assert again.status_code == 201


def test_without_a_key_the_same_drawing_is_stored_again(browser: APIClient) -> None:
    assert browser.post(DRAWINGS, {"strokes": strokes_of("cat")}).status_code == 201
    assert browser.post(DRAWINGS, {"strokes": strokes_of("cat")}).status_code == 201


def test_a_key_means_nothing_to_another_contributor(browser: APIClient) -> None:
    browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)
    another = with_cookie(APIClient(), Contributor())

    assert another.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY).status_code == 201


def test_a_program_repeats_with_its_token(program: Callable[..., APIClient]) -> None:
    robot = program("recognize")
    first = robot.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)

    assert robot.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY).json() == first.json()


def test_a_repeat_without_cookie_and_token_finds_the_first(api: APIClient) -> None:
    first = api.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)
    again = api.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)

    assert again.status_code == 200
    assert again.json() == first.json()


def test_nobody_gets_a_strangers_drawing_by_choosing_the_same_key(api: APIClient) -> None:
    api.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)

    assert api.post(DRAWINGS, {"strokes": strokes_of("house")}, headers=KEY).status_code == 201


@pytest.mark.parametrize(
    "change",
    [
        {"strokes": strokes_of("house")},
        {"strokes": [*strokes_of("cat"), [[5], [5]]]},
        {"prompt": "cat"},
        {"private": True},
        {"pens": [["blue", "thick"]]},
    ],
)
def test_a_key_of_another_request_is_refused_and_nothing_is_stored(
    program: Callable[..., APIClient], version: ModelVersion, change: dict[str, object]
) -> None:
    make_class("cat")
    robot = program("recognize")
    robot.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)
    other = robot.post(DRAWINGS, {"strokes": strokes_of("cat")} | change, headers=KEY)

    assert other.status_code == 422
    assert list(other.json()) == ["Idempotency-Key"]
    assert Drawing.objects.count() == 1
    assert robot.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY).status_code == 200


@pytest.mark.parametrize(
    "same",
    [
        {"private": False, "pens": None, "image": None},
        {"strokes": [[list(map(float, axis)) for axis in stroke] for stroke in strokes_of("cat")]},
        {"strokes": [*strokes_of("cat"), [[], []]], "prompt": "CAT"},
        {"format": "points", "strokes": [list(zip(*stroke, strict=True)) for stroke in strokes_of("cat")]},
    ],
)
def test_the_same_content_in_other_json_is_a_repeat(
    program: Callable[..., APIClient], version: ModelVersion, same: dict[str, object]
) -> None:
    make_class("cat")
    robot = program("recognize")
    first = robot.post(DRAWINGS, {"strokes": strokes_of("cat"), "prompt": "cat"}, headers=KEY)
    again = robot.post(DRAWINGS, {"strokes": strokes_of("cat"), "prompt": "cat"} | same, headers=KEY)

    assert (again.status_code, again.json()) == (200, first.json())


def test_a_key_that_an_older_release_stored_gets_the_first_answer(
    program: Callable[..., APIClient], version: ModelVersion
) -> None:
    robot = program("recognize")
    first = robot.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)
    Drawing.objects.update(request_digest=None)

    assert robot.post(DRAWINGS, {"strokes": strokes_of("house")}, headers=KEY).json() == first.json()


def test_a_key_is_free_again_once_its_drawing_is_deleted(browser: APIClient) -> None:
    first = browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY).json()
    browser.delete(first["url"])

    assert browser.post(DRAWINGS, {"strokes": strokes_of("house")}, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 129, "with space", "naïve"])
def test_an_unusable_key_is_refused(api: APIClient, key: str) -> None:
    response = api.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers={"Idempotency-Key": key})

    assert response.status_code == 400
    assert list(response.json()) == ["Idempotency-Key"]
    assert not Drawing.objects.exists()


def post_at_once(contributor: Contributor, *words: str) -> list[tuple[int, dict[str, object]]]:
    """Post the drawings of these words with one key, each in a thread of its own."""
    make_version()
    together = Barrier(len(words))

    def post(word: str) -> tuple[int, dict[str, object]]:
        browser = with_cookie(APIClient(), contributor)
        together.wait()
        try:
            response = browser.post(DRAWINGS, {"strokes": strokes_of(word)}, headers=KEY)
            return response.status_code, response.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(words)) as threads:
        return list(threads.map(post, words))


@pytest.mark.django_db(transaction=True)
def test_of_two_identical_requests_at_once_one_stores_and_both_get_its_answer(contributor: Contributor) -> None:
    (status, answer), (other_status, other_answer) = post_at_once(contributor, "cat", "cat")

    assert {status, other_status} == {200, 201}
    assert answer == other_answer
    assert Drawing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_different_requests_at_once_with_one_key_one_is_refused(contributor: Contributor) -> None:
    answers = post_at_once(contributor, "cat", "house")

    assert sorted(status for status, _ in answers) == [201, 422]
    assert Drawing.objects.count() == 1

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing, ModelVersion
from tests.factories import make_version, strokes_of
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


@pytest.mark.parametrize("key", ["", "k" * 129, "with space", "naïve"])
def test_an_unusable_key_is_refused(api: APIClient, key: str) -> None:
    response = api.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers={"Idempotency-Key": key})

    assert response.status_code == 400
    assert list(response.json()) == ["Idempotency-Key"]
    assert not Drawing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_identical_requests_at_once_one_stores_and_both_get_its_answer(contributor: Contributor) -> None:
    make_version()
    together = Barrier(2)

    def post(_: int) -> tuple[int, dict[str, object]]:
        browser = with_cookie(APIClient(), contributor)
        together.wait()
        try:
            response = browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers=KEY)
            return response.status_code, response.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        (status, answer), (other_status, other_answer) = threads.map(post, range(2))

    assert {status, other_status} == {200, 201}
    assert answer == other_answer
    assert Drawing.objects.count() == 1

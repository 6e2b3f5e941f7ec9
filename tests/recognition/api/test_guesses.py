from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from recognition.imaging.strokes import Strokes
from recognition.imaging.uploaded_image import image_to_bitmap
from recognition.models import Contributor, Drawing, ModelVersion
from tests.canvas import Canvas
from tests.factories import make_version, strokes_of

GUESSES = "/api/v1/guesses/"
CAT = {"strokes": strokes_of("cat")}
HOUSE = {"strokes": strokes_of("house")}


def test_guesses_come_in_the_order_of_the_drawings(api: APIClient, version: ModelVersion) -> None:
    response = api.post(GUESSES, {"drawings": [CAT, HOUSE, CAT]})

    assert response.status_code == 200
    assert [guess["label"] for guess in response.json()["guesses"]] == ["cat", "house", "cat"]


def test_a_guess_says_what_a_prediction_says(api: APIClient, version: ModelVersion) -> None:
    (guess,) = api.post(GUESSES, {"drawings": [CAT]}).json()["guesses"]
    prediction = api.post("/api/v1/drawings/", CAT).json()["prediction"]

    same = set(prediction) - {"id", "milliseconds"}
    assert {key: guess[key] for key in same} == {key: prediction[key] for key in same}


def test_a_guess_of_a_picture_has_what_the_network_saw(api: APIClient, version: ModelVersion) -> None:
    picture = b64encode(Canvas().png(CAT["strokes"])).decode()
    of_picture, of_strokes = api.post(GUESSES, {"drawings": [{"image": picture}, CAT]}).json()["guesses"]
    seen = b64decode(of_picture["pixels"].removeprefix("data:image/png;base64,"))

    assert np.array_equal(np.asarray(Image.open(BytesIO(seen))), image_to_bitmap(b64decode(picture)))
    assert "pixels" not in of_strokes


def test_a_pictures_label_is_recognized_if_it_is_likelier_than_all_others(api: APIClient) -> None:
    make_version(threshold=0.0)
    zigzag: Strokes = [[[0, 30, 60, 90], [0, 60, 0, 60]]]
    pictures = [{"image": b64encode(Canvas().png(strokes)).decode()} for strokes in (zigzag, strokes_of("cat"))]
    guesses = api.post(GUESSES, {"drawings": [{"strokes": zigzag}, *pictures]}).json()["guesses"]
    assert [guess["recognized"] for guess in guesses] == [True, False, True]


def test_null_is_the_same_as_left_out(api: APIClient, version: ModelVersion) -> None:
    response = api.post(GUESSES, {"drawings": [CAT | {"image": None, "format": None}] * 5})

    assert response.status_code == 200


@pytest.mark.usefixtures("polls_once")
def test_nothing_is_stored_or_even_looked_up(
    browser: APIClient, version: ModelVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser.post(GUESSES, {"drawings": [CAT]})  # loads the network

    with django_assert_num_queries(0):
        browser.post(GUESSES, {"drawings": [CAT] * 64})

    assert not Drawing.objects.exists()
    assert not Contributor.objects.exists()


def test_without_a_model_in_service_it_says_when_to_come_back(api: APIClient) -> None:
    response = api.post(GUESSES, {"drawings": [CAT]})

    assert response.status_code == 503
    assert response.json() == {"detail": "No model is in service yet."}
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "required"),
        ({"drawings": []}, "may not be empty"),
        ({"drawings": [CAT] * 65}, "no more than 64"),
        ({"drawings": CAT}, "list"),
        ({"drawings": None}, "null"),
        ({"drawings": [CAT, {"strokes": []}]}, "strokes is empty"),
        ({"drawings": [CAT, {}]}, "either strokes or image"),
        ({"drawings": [CAT, 5]}, "Invalid data"),
        ({"drawings": [{"strokes": [[[0] * 401] * 2]}] * 50}, "20,050 points together"),
        ({"drawings": [{"image": "data:"}] * 5}, "5 of them are images; at most 4"),
    ],
)
def test_bad_requests_say_what_is_wrong(api: APIClient, version: ModelVersion, body: Any, words: str) -> None:
    response = api.post(GUESSES, body)

    assert response.status_code == 400
    assert list(response.json()) == ["drawings"]
    assert words in response.content.decode()


def test_the_bad_one_of_several_drawings_is_named(api: APIClient, version: ModelVersion) -> None:
    response = api.post(GUESSES, {"drawings": [CAT, {"strokes": [[[1], [2, 3]]]}]})

    assert list(response.json()["drawings"]) == ["1"]
    assert list(response.json()["drawings"]["1"]) == ["strokes"]


def test_a_program_needs_the_scope(program: Callable[..., APIClient], version: ModelVersion) -> None:
    assert program("recognize").post(GUESSES, {"drawings": [CAT]}).status_code == 200
    assert program("read", username="reader").post(GUESSES, {"drawings": [CAT]}).status_code == 403

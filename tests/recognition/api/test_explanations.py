from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing, ModelVersion
from tests.factories import strokes_of

EXPLANATIONS = "/api/v1/explanations/"
CAT = {"strokes": strokes_of("cat")}


def test_a_drawing_is_explained_level_by_level_and_not_stored(browser: APIClient, version: ModelVersion) -> None:
    response = browser.post(EXPLANATIONS, CAT)
    assert response.status_code == 200
    body = response.json()
    assert [level["side"] for level in body["levels"]] == [28, 14, 7]
    assert all(level["picture"].startswith("data:image/png;base64,") for level in body["levels"])
    assert body["guess"]["label"] == "cat"
    assert not Drawing.objects.exists()
    assert not Contributor.objects.exists()


def test_it_counts_as_a_guess_where_those_are_limited(
    browser: APIClient, version: ModelVersion, settings: Settings
) -> None:
    settings.API_RATES = settings.API_RATES | {"guesses": (2, 60)}
    browser.post("/api/v1/guesses/", {"drawings": [CAT]})
    codes = [browser.post(EXPLANATIONS, CAT).status_code for _ in range(2)]
    assert codes == [200, 429]


@pytest.mark.parametrize("body", [{}, {"strokes": []}, {"strokes": [[[1], [2, 3]]]}, {"image": "no picture"}, [], None])
def test_what_is_no_drawing_is_refused(api: APIClient, version: ModelVersion, body: Any) -> None:
    assert api.post(EXPLANATIONS, body).status_code == 400


def test_a_stored_drawing_cannot_be_asked_for(api: APIClient, version: ModelVersion) -> None:
    assert api.post(EXPLANATIONS, {"drawing": "71e5c5f8-aa8c-4ba0-b67a-7789fee17c34"}).status_code == 400


def test_without_a_model_in_service_it_says_when_to_come_back(api: APIClient) -> None:
    response = api.post(EXPLANATIONS, CAT)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0

"""Errors say what there is not, and what there is instead."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from tests.factories import strokes_of

NOBODYS = UUID(int=5)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("drawings/not-a-uuid/", "There is no such drawing."),
        ("drawings/not-a-uuid", "There is no such drawing."),
        (f"drawings/{NOBODYS}/", "There is no such drawing."),
        ("drawings/%20/", "There is no such drawing."),
        ("drawings/5/bitmap.png", "There is no such drawing."),
        ("drawings/5/feedback/", "There is no such drawing."),
        ("model-versions/newest/", "There is no such model version."),
        ("model-versions/-1/", "There is no such model version."),
        ("model-versions/7/", "There is no such model version."),
        ("model-versions/x/promote/", "There is no such model version."),
        ("training-runs/last/", "There is no such training run."),
        ("drawings", "There is no such address; did you mean /api/v1/drawings/?"),
        (f"drawings/{NOBODYS}", f"There is no such address; did you mean /api/v1/drawings/{NOBODYS}/?"),
        ("drawings/5/nonsense/", "There is no such address. See /api/docs/."),
        ("classes/cat/", "There is no such address. See /api/docs/."),
        ("predictions/1/", "There is no such address. See /api/docs/."),
        ("classes/%0A/", "There is no such address. See /api/docs/."),
    ],
)
def test_what_does_not_exist_is_named(api: APIClient, address: str, problem: str) -> None:
    response = api.get(f"/api/v1/{address}")

    assert response.status_code == 404
    assert response.json() == {"detail": problem}


def test_a_method_that_is_not_allowed_is_told_which_are(api: APIClient) -> None:
    response = api.patch("/api/v1/drawings/", {})

    assert response.status_code == 405
    assert response.json() == {"detail": 'Method "PATCH" not allowed. Allowed: GET, POST, HEAD, OPTIONS.'}


@pytest.mark.parametrize(
    ("path", "types"),
    [("drawings", "application/json or multipart/form-data"), ("guesses", "application/json")],
)
def test_a_body_of_another_type_is_told_which_are_taken(api: APIClient, path: str, types: str) -> None:
    response = api.post(f"/api/v1/{path}/", b"strokes", content_type="text/plain")

    assert response.status_code == 415
    assert response.json()["detail"].endswith(f"Send {types}.")


@pytest.mark.parametrize("body", [[strokes_of("cat")], "cat", 5, None])
def test_a_body_that_is_no_object_is_told_so(api: APIClient, body: object) -> None:
    response = api.generic("POST", "/api/v1/drawings/", json.dumps(body), "application/json")

    assert response.json() == {"detail": "The body must be a JSON object: {…}."}

"""Whatever is sent, the answer names the field and the limit, and nothing is stored."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing
from tests.factories import make_class, strokes_of

DRAWINGS = "/api/v1/drawings/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>'
IMAGE_HEADER_OF_GIGAPIXELS = bytes.fromhex("89504e470d0a1a0a0000000d49484452 0000c350 0000c350 08000000 00 00000000")


@pytest.fixture(autouse=True)
def nothing_is_stored(api: APIClient) -> Any:
    yield
    assert not Drawing.objects.exists()
    assert not Contributor.objects.exists()


def image(width: int = 30, height: int = 30, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, height), "white").save(file, kind)
    return file.getvalue()


def problems_with(api: APIClient, body: object) -> dict[str, list[str]]:
    response = api.post(DRAWINGS, json.dumps(body), content_type="application/json")
    assert response.status_code == 400
    problems: dict[str, list[str]] = response.json()
    return problems


@pytest.mark.parametrize(
    ("strokes", "words"),
    [
        ([], "empty"),
        ([[[], []]], "no points"),
        ([[[0] * 1000] * 2] * 21, "20,000"),
        ([[[0], [0]]] * 401, "400"),
        ([[[0, float("nan")], [0, 1]]], "strokes[0]"),
        ([[[0, float("inf")], [0, 1]]], "strokes[0]"),
        ([[[0, 1], [0, float("-inf")]]], "strokes[0]"),
        ([[[0, 1e300], [0, 1]]], "1,000,000"),
        ([[[0, -(10**400)], [0, 1]]], "1,000,000"),
        ([[[0, 1, 2], [0, 1]]], "strokes[0]"),
        ([[[0, 1]]], "strokes[0]"),
        ([[[0, 1], [0, 1], [0, 1], [0, 1]]], "strokes[0]"),
        ([[[0, "1"], [0, 1]]], "number"),
        ([[[0, None], [0, 1]]], "number"),
        ([[[0, True], [0, 1]]], "number"),
        ([[[0, [1]], [0, 1]]], "number"),
        ([[0, 1], [0, 1]], "strokes[0]"),
        ("M0 0L9 9", "list"),
        ({"x": [0], "y": [0]}, "list"),
        (7, "list"),
        (None, "null"),
    ],
)
def test_bad_strokes_are_refused(api: APIClient, strokes: object, words: str) -> None:
    problems = problems_with(api, {"strokes": strokes})

    assert list(problems) == ["strokes"]
    assert words in problems["strokes"][0]


def test_a_million_points_are_refused(api: APIClient) -> None:
    strokes = [[[0] * 1_000_000, [0] * 1_000_000]]

    response = api.post(DRAWINGS, {"strokes": strokes})

    assert response.status_code == 413


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "image"),
        ("not base64!", "base64"),
        ("data:image/png,rawdata", "base64"),
        (base64.b64encode(b"").decode(), "image"),
        (base64.b64encode(b"no image at all").decode(), "PNG"),
        (base64.b64encode(image()[:-30]).decode(), "damaged"),
        (base64.b64encode(SVG).decode(), "PNG"),
        (base64.b64encode(image(kind="GIF")).decode(), "PNG"),
        (base64.b64encode(image(2001, 2000)).decode(), "4 million"),
        (base64.b64encode(IMAGE_HEADER_OF_GIGAPIXELS).decode(), "image"),
        (5, "image"),
        (["iVBORw0KGgo="], "image"),
        (None, "null"),
    ],
)
def test_bad_images_are_refused(api: APIClient, content: object, words: str) -> None:
    problems = problems_with(api, {"image": content})

    assert list(problems) == ["image"]
    assert words in problems["image"][0]


def test_an_image_of_extreme_shape_is_answered(api: APIClient) -> None:
    problems = problems_with(api, {"image": base64.b64encode(image(10_000, 401)).decode()})

    assert "4 million" in problems["image"][0]


def test_a_text_field_is_no_uploaded_image(api: APIClient) -> None:
    response = api.post(DRAWINGS, {"image": "cat.png"}, format="multipart")

    assert response.status_code == 400
    assert list(response.json()) == ["image"]


def test_an_upload_that_is_no_image_is_refused(api: APIClient) -> None:
    response = api.post(DRAWINGS, {"image": SimpleUploadedFile("cat.png", SVG, "image/png")}, format="multipart")

    assert response.status_code == 400
    assert list(response.json()) == ["image"]


@pytest.mark.parametrize(
    "body", [{}, {"strokes": strokes_of("cat"), "image": base64.b64encode(image()).decode()}, {"drawing": []}]
)
def test_strokes_or_an_image_must_be_given_and_not_both(api: APIClient, body: dict[str, object]) -> None:
    assert "either strokes or image" in problems_with(api, body)["strokes"][0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"strokes"',
        b"null",
        b'{"strokes": \xff}',
        b"[" * 100_000,
        b'{"strokes": ' + b"[" * 100_000,
        b'{"strokes": [[[' + b"9" * 5_000 + b"], [1]]]}",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api: APIClient, body: bytes) -> None:
    response = api.post(DRAWINGS, body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "image/png", "nonsense"])
def test_a_body_of_another_type_is_refused(api: APIClient, content_type: str) -> None:
    response = api.post(DRAWINGS, b"strokes=1", content_type=content_type)

    assert response.status_code == 415
    assert "detail" in response.json()


def test_a_broken_form_is_refused(api: APIClient) -> None:
    response = api.post(DRAWINGS, b"--x\r\nnonsense", content_type="multipart/form-data")

    assert response.status_code == 400
    assert "detail" in response.json()


def test_a_form_of_too_many_fields_is_refused(api: APIClient) -> None:
    response = api.post(DRAWINGS, {f"field{number}": "" for number in range(1001)}, format="multipart")

    assert response.status_code == 400
    assert "detail" in response.json()


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_of_fifty_megabytes_is_refused_unread(api: APIClient, content_type: str) -> None:
    response = api.post(DRAWINGS, b"", content_type=content_type, CONTENT_LENGTH=str(50_000_000))

    assert response.status_code == 413
    assert response.json() == {"detail": "The body has 50000000 bytes; at most 1000000 are allowed."}


@pytest.mark.parametrize(
    ("prompt", "words"),
    [("cta", "Did you mean “cat”?"), ("zzz", "no class"), ("", "blank"), (None, "null"), (["cat"], "valid string")],
)
def test_an_unknown_prompt_is_refused(api: APIClient, prompt: object, words: str) -> None:
    make_class("cat")

    problems = problems_with(api, {"strokes": strokes_of("cat"), "prompt": prompt})

    assert list(problems) == ["prompt"]
    assert words in problems["prompt"][0]


@pytest.mark.parametrize("prompt", ["c\0t", "\ud800", "c" * 65, "%", "_at"])
def test_a_prompt_that_no_class_could_have_is_refused(api: APIClient, prompt: str) -> None:
    make_class("cat")

    assert list(problems_with(api, {"strokes": strokes_of("cat"), "prompt": prompt})) == ["prompt"]

"""Whatever is sent, the answer names the field and the limit, and nothing is stored."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing
from tests.factories import make_class, strokes_of

DRAWINGS = "/api/v1/drawings/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>'


def bomb() -> bytes:
    """Return a file of some kilobytes that unpacks to 100 megapixels."""
    file = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(file, "PNG")
    return file.getvalue()


def header_of_nothing() -> bytes:
    """Return a PNG of 0 × 0 pixels, which no writer would make."""
    chunks = [(b"IHDR", struct.pack(">II", 0, 0) + b"\x08\0\0\0\0"), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


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
        (base64.b64encode(image(2001, 2000)).decode(), "4,000,000"),
        (base64.b64encode(bomb()).decode(), "4,000,000"),
        (base64.b64encode(image(10_000, 1)).decode(), "10,000 × 1"),
        (base64.b64encode(header_of_nothing()).decode(), "PNG"),
        (5, "image"),
        (["iVBORw0KGgo="], "image"),
        (base64.b64encode(image()).decode()[:-3] + "*AA", "base64"),
        ("data:image/png;base32," + base64.b32encode(image()).decode(), "base64"),
    ],
)
def test_bad_images_are_refused(api: APIClient, content: object, words: str) -> None:
    problems = problems_with(api, {"image": content})

    assert list(problems) == ["image"]
    assert words in problems["image"][0]


def test_a_text_field_is_no_uploaded_image(api: APIClient) -> None:
    response = api.post(DRAWINGS, {"image": "cat.png"}, format="multipart")

    assert response.status_code == 400
    assert list(response.json()) == ["image"]


def test_an_upload_that_is_no_image_is_refused(api: APIClient) -> None:
    response = api.post(DRAWINGS, {"image": SimpleUploadedFile("cat.png", SVG, "image/png")}, format="multipart")

    assert response.status_code == 400
    assert list(response.json()) == ["image"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"strokes": None, "image": None},
        {"strokes": strokes_of("cat"), "image": base64.b64encode(image()).decode()},
        {"drawing": []},
    ],
)
def test_strokes_or_an_image_must_be_given_and_not_both(api: APIClient, body: dict[str, object]) -> None:
    assert "either strokes or image" in problems_with(api, body)["strokes"][0]


@pytest.mark.parametrize(
    ("prompt", "words"),
    [("cta", "Did you mean “cat”?"), ("zzz", "no class"), ("", "blank"), (["cat"], "valid string")],
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

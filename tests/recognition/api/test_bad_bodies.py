"""Bodies that cannot be read are refused, and nothing is stored."""

from __future__ import annotations

from io import BytesIO

import pytest
from rest_framework.test import APIClient

DRAWINGS = "/api/v1/drawings/"


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
    ("path", "most"),
    [
        (DRAWINGS, 1_000_000),
        ("/privacy/", 1_000_000),
        ("/admin/login/", 16_000),
        ("/admin/recognition/drawing/", 1_000_000),
        ("/admin/recognition/drawingimport/upload/", 32_000_000),
    ],
)
def test_a_body_that_is_too_large_is_never_read(api: APIClient, path: str, most: int) -> None:
    def status(size: int) -> int:
        return api.post(path, b"", content_type="text/plain", CONTENT_LENGTH=str(size)).status_code

    body = BytesIO(bytes(most + 1))
    sent = {"PATH_INFO": path, "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(most + 1), "wsgi.input": body}

    assert api.request(**sent).status_code == 413
    assert body.tell() == 0
    assert status(most) != 413


@pytest.mark.parametrize("length", ["0000000000000000000900", "9" * 22, "-1", "1e3", "0x10"])
def test_a_length_that_two_programs_could_read_differently_is_refused(api: APIClient, length: str) -> None:
    assert api.post(DRAWINGS, b"", content_type="application/json", CONTENT_LENGTH=length).status_code == 400

"""Images as tools, libraries and forms write them in text."""

from __future__ import annotations

import base64
import io
import textwrap
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from rest_framework.test import APIClient

from recognition.models import Drawing
from tests.factories import strokes_of

DRAWINGS = "/api/v1/drawings/"


def image(padding: int) -> bytes:
    """Return a PNG whose base64 ends with so many equals signs and has plus signs and slashes."""
    sheet = Image.linear_gradient("L").convert("RGB").resize((150, 150)).point(lambda value: 200 + value // 8)
    for x, y in strokes_of("cat"):
        ImageDraw.Draw(sheet).line(list(zip(x, y, strict=True)), "black", 9)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    data = file.getvalue()
    data += bytes(-(len(data) + padding) % 3)
    text = base64.b64encode(data).decode()
    assert text.count("=") == padding
    assert text.count("+") > 5
    assert "/" in text
    return data


def wrapped(data: bytes, width: int = 76, end: str = "\n") -> str:
    return end.join(textwrap.wrap(base64.b64encode(data).decode(), width))


def plain(data: bytes) -> str:
    return base64.b64encode(data).decode()


def url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(wrapped, id="wrapped by base64"),
        pytest.param(lambda data: wrapped(data, 64, "\r\n") + "\r\n", id="wrapped as PEM"),
        pytest.param(lambda data: base64.encodebytes(data).decode(), id="encodebytes"),
        pytest.param(lambda data: "\n    " + wrapped(data, 76, "\n    ") + "\n  ", id="indented"),
        pytest.param(lambda data: wrapped(data, 76, " "), id="line breaks as blanks"),
        pytest.param(lambda data: wrapped(data, 76, "\t"), id="tabs"),
        pytest.param(lambda data: f"  {plain(data)} \n", id="blanks at both ends"),
        pytest.param(lambda data: plain(data).replace("+", " "), id="plus signs as blanks"),
        pytest.param(url_safe, id="URL-safe"),
        pytest.param(lambda data: url_safe(data).rstrip("="), id="URL-safe without padding"),
        pytest.param(lambda data: plain(data).rstrip("="), id="without padding"),
        pytest.param(lambda data: plain(data).replace("+", "%2B").replace("=", "%3D"), id="percent-encoded"),
        pytest.param(lambda data: "data:image/png;base64," + plain(data), id="data URL"),
        pytest.param(lambda data: "DATA:IMAGE/PNG;BASE64," + plain(data), id="upper case"),
        pytest.param(lambda data: " data:image/png;charset=utf-8;base64, " + wrapped(data), id="parameters"),
        pytest.param(lambda data: "data:;base64," + url_safe(data), id="without a type"),
        pytest.param(lambda data: "base64," + plain(data), id="half a data URL"),
        pytest.param(lambda data: f"\ufeff{plain(data)}\u00a0", id="byte order mark and no-break space"),
        pytest.param(lambda data: f'"{plain(data)}"\n', id="quoted"),
        pytest.param(lambda data: str(base64.b64encode(data)), id="Python's bytes"),
    ],
)
def test_base64_is_read_as_tools_write_it(api: APIClient, write: Callable[[bytes], str], padding: int) -> None:
    data = image(padding)
    responses = [api.post(DRAWINGS, {"image": text}) for text in (plain(data), write(data))]

    assert [response.status_code for response in responses] == [201, 201]
    first, second = Drawing.objects.all()
    assert first.bitmap == second.bitmap


@pytest.mark.parametrize("text", ["data:image/png,%89PNG", "data:image/svg+xml;utf8,<svg/>", "iVBO*", "A", "é", "\0"])
def test_other_text_is_refused(api: APIClient, text: str) -> None:
    response = api.post(DRAWINGS, {"image": text})

    assert response.status_code == 400
    assert "base64" in response.json()["image"][0]

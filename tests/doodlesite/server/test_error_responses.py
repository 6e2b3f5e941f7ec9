from __future__ import annotations

import json
from email import message_from_bytes
from email.message import Message

import pytest

from doodlesite.server.error_responses import too_busy
from doodlesite.server.request_buffer import RequestBuffer


def refused(line: str) -> tuple[Message, str]:
    """Return the head and the body of what somebody is told who sent this line."""
    request = RequestBuffer(0)
    request.add(f"{line} HTTP/1.1\r\n\r\n".encode())
    status, _, rest = too_busy(request).partition(b"\r\n")
    head, _, body = rest.partition(b"\r\n\r\n")
    assert status == b"HTTP/1.1 503 Service Unavailable"
    return message_from_bytes(head), body.decode()


@pytest.mark.parametrize("line", ["GET /gallery/", "POST /api/v1/drawings/"])
def test_who_is_refused_is_told_when_to_come_back(line: str) -> None:
    head, body = refused(line)

    assert 1 <= int(head["Retry-After"]) <= 4
    assert int(head["Content-Length"]) == len(body.encode())
    assert head["Connection"] == "close"
    assert head["Cache-Control"] == "no-store"


def test_people_get_a_page() -> None:
    head, body = refused("GET /gallery/?label=cat")

    assert head["Content-Type"] == "text/html; charset=utf-8"
    assert "A lot is going on." in body


def test_programs_get_what_they_can_read() -> None:
    head, body = refused("GET /api/v1/classes/")

    assert head["Content-Type"] == "application/json"
    assert "too busy" in json.loads(body)["detail"]


def test_who_asks_for_the_head_gets_no_body() -> None:
    assert refused("HEAD /")[1] == ""

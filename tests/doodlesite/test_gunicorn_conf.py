"""The web server without a proxy: what it promises also then."""

from __future__ import annotations

import fcntl
import json
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from django.db import connection

from recognition.models import Drawing, Feedback, Prediction
from tests.factories import make_version, strokes_of
from tests.services.site import PATIENCE, Site, wait_until

pytestmark = pytest.mark.services

RATES = {"DOODLE_RATE_DRAWINGS": "off", "DOODLE_RATE_FEEDBACK": "off", "DOODLE_RATE_GUESSES": "20/hour"}
CAT = json.dumps({"strokes": strokes_of("cat")})


@pytest.fixture
def site(site: Site) -> Site:
    make_version()
    site.environment |= RATES
    site.start("redis", "web")
    site.wait_until_it_answers("/readyz")
    return site


def test_32_people_write_at_once_and_everything_is_stored_once(site: Site) -> None:
    def draw_and_tell(_: int) -> None:
        drawing = insist(site, "POST", "/api/v1/drawings/", CAT)
        said = json.dumps({"correct": False, "feedback_token": drawing["feedback_token"]})
        insist(site, "PUT", f"/api/v1/drawings/{drawing['id']}/feedback/", said)

    with ThreadPoolExecutor(32) as people:
        list(people.map(draw_and_tell, range(96)))

    assert [model.objects.count() for model in (Drawing, Prediction, Feedback)] == [96] * 3
    assert "locked" not in site.log("web")


def test_limits_hold_however_many_come_at_once_and_say_when_to_come_back(site: Site) -> None:
    body = json.dumps({"drawings": [json.loads(CAT)]})
    with ThreadPoolExecutor(32) as people:
        answers = list(people.map(lambda _: call(site, "POST", "/api/v1/guesses/", body)[0], range(50)))

    assert sorted(answer.status for answer in answers) == [200] * 20 + [429] * 30
    assert all(0 < int(answer.headers["Retry-After"]) <= 3600 for answer in answers if answer.status == 429)


@pytest.mark.parametrize("path", ["/api/v1/drawings/", "/privacy/", "/admin/login/"])
def test_a_body_that_is_too_large_is_refused_unread_and_its_connection_closed(site: Site, path: str) -> None:
    with say(site, f"POST {path} HTTP/1.1", "Content-Length: 50000000") as client:
        assert client.recv(12) == b"HTTP/1.1 413"
        assert b"\r\n\r\n" in b"".join(iter(lambda: client.recv(1000), b""))  # until it is closed


def test_a_length_of_more_than_18_digits_is_refused(site: Site) -> None:
    with say(site, "POST /api/v1/drawings/ HTTP/1.1", "Content-Length: 0000000000000000000900") as client:
        assert client.recv(12) == b"HTTP/1.1 400"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_for_reading_only(site: Site, path: str) -> None:
    statuses = {method: call(site, method, path)[0].status for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS")}

    assert statuses == {"GET": 200, "HEAD": 200, "POST": 405, "DELETE": 405, "OPTIONS": 405}


def test_a_server_that_is_asked_to_stop_first_answers_what_it_has(site: Site) -> None:
    with ThreadPoolExecutor() as people, writing_held_up():
        drawing = people.submit(call, site, "POST", "/api/v1/drawings/", CAT)
        guesses = people.submit(
            call, site, "POST", "/api/v1/guesses/", json.dumps({"drawings": [json.loads(CAT)] * 64})
        )
        wait_until(lambda: guesses.done() and not drawing.done())
        site.send("web", signal.SIGTERM)
        wait_until(lambda: "Handling signal: term" in site.log("web"))
    assert (drawing.result()[0].status, guesses.result()[0].status) == (201, 200)
    wait_until(lambda: site.ended() == ["web"])


def call(site: Site, method: str, path: str, body: str | None = None) -> tuple[HTTPResponse, dict[str, str]]:
    client = HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    try:
        client.request(method, path, body, {"Content-Type": "application/json"})
        answer = client.getresponse()
        content = answer.read()
        return answer, json.loads(content) if answer.status < 500 and content.startswith(b"{") else {}
    finally:
        client.close()


def insist(site: Site, method: str, path: str, body: str) -> dict[str, str]:
    """Come again if a slow machine's database is too busy, as the page does."""
    while (answered := call(site, method, path, body))[0].status == 503:
        time.sleep(int(answered[0].headers["Retry-After"]))
    answer, said = answered
    assert answer.status < 300, said
    return said


@contextmanager
def say(site: Site, *lines: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as client:
        client.sendall("\r\n".join([*lines, "Host: localhost", "", "x"]).encode())
        yield client


@contextmanager
def writing_held_up() -> Iterator[None]:
    """Keep the turn to write, so that whatever writes waits in its thread."""
    with Path(f"{connection.settings_dict['NAME']}-turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield

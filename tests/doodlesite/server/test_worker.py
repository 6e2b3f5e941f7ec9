"""The web process under more than it can do, and under clients who are slow or rude."""

from __future__ import annotations

import fcntl
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from django.db import connection

from doodlesite.server.error_responses import BUSY
from recognition.models import Drawing, Feedback, Prediction
from tests.factories import make_version, strokes_of
from tests.services.site import PATIENCE, Site, wait_until

pytestmark = pytest.mark.services

THREADS = 8  # of all web processes
RATES = {"DOODLE_RATE_DRAWINGS": "off", "DOODLE_RATE_FEEDBACK": "off", "DOODLE_RATE_GUESSES": "20/hour"}
OPEN = {"01", "08"}  # established, and closed by the client alone
CAT = json.dumps({"strokes": strokes_of("cat")})
HALF = b"POST /api/v1/drawings/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
OTHER_HALF = b'"strokes": []}'.ljust(99)
HUGE = b"POST /api/v1/drawings/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000000\r\n\r\n"
LARGE = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\nCookie: csrftoken=x\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)
FIRST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


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


def test_clients_who_are_slow_or_do_not_hang_up_keep_nobody_waiting(site: Site) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(say(site, HALF)) for _ in range(3 * THREADS)]
        for words in (b"", b"GET / HT", LAST):
            for _ in range(3 * THREADS):
                stack.enter_context(say(site, words))
        answer, _ = call(site, "POST", "/api/v1/drawings/", CAT)
        slow[0].sendall(OTHER_HALF)

        assert answer.status == 201
        assert slow[0].recv(100).startswith(b"HTTP/1.1 415 ")  # it has been waited for all the same
        with say(site, FIRST + LAST) as hasty:
            assert b"".join(iter(lambda: hasty.recv(1000), b"")).count(b'"alive"') == 2
    wait_until(lambda: connections(site) == 0)


def test_large_bodies_are_refused_before_they_come_or_read_where_they_are_wanted(site: Site) -> None:
    with ExitStack() as stack:
        refused = [stack.enter_context(say(site, HUGE)) for _ in range(3 * THREADS)]
        wanted = stack.enter_context(say(site, LARGE + b"x" * 3_000_000))

        assert {client.recv(12) for client in refused} == {b"HTTP/1.1 413"}
        assert wanted.recv(100).startswith(b"HTTP/1.1 ")  # of which site it is, no form says: refused, but read


def test_limits_hold_however_many_come_at_once_and_say_when_to_come_back(site: Site) -> None:
    body = json.dumps({"drawings": [json.loads(CAT)]})
    with ThreadPoolExecutor(32) as people:
        answers = list(people.map(lambda _: ask_patiently(site, "POST", "/api/v1/guesses/", body)[0], range(50)))

    assert sorted(answer.status for answer in answers) == [200] * 20 + [429] * 30
    assert all(0 < int(answer.headers["Retry-After"]) <= 3600 for answer in answers if answer.status == 429)


def test_what_is_too_much_is_refused_at_once_and_the_rest_answered(site: Site) -> None:
    with ThreadPoolExecutor(200) as people:
        drawings = []

        def somebody_is_refused() -> bool:
            drawings.append(people.submit(call, site, "POST", "/api/v1/drawings/", CAT))
            return any(drawing.done() for drawing in drawings)

        with writing_held_up():
            wait_until(somebody_is_refused)
            well = [call(site, "GET", path)[0].status for path in ("/healthz", "/readyz")]
        answers = [drawing.result() for drawing in drawings]

    assert well == [200, 200]
    assert {answer.status for answer, _ in answers} == {201, 503}
    assert Drawing.objects.count() == sum(answer.status == 201 for answer, _ in answers)
    assert all(1 <= int(answer.headers["Retry-After"]) <= 4 for answer, _ in answers if answer.status == 503)
    assert {body["detail"] for answer, body in answers if answer.status == 503} == {BUSY}
    assert call(site, "POST", "/api/v1/drawings/", CAT)[0].status == 201
    assert 'doodle_requests_total{method="POST",status="503",view="refused"}' in figures(site)


def figures(site: Site) -> str:
    token = {"Authorization": f"Bearer {(site.var / 'metrics-token').read_text().strip()}"}
    with urlopen(Request(f"{site.url}/metrics", headers=token)) as answer:
        return str(answer.read().decode())


def call(site: Site, method: str, path: str, body: str | None = None) -> tuple[HTTPResponse, dict[str, str]]:
    client = HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    try:
        client.request(method, path, body, {"Content-Type": "application/json"})
        answer = client.getresponse()
        return answer, json.loads(answer.read())
    finally:
        client.close()


def ask_patiently(site: Site, method: str, path: str, body: str) -> tuple[HTTPResponse, dict[str, str]]:
    """Come again if a slow machine is too busy, as the page does."""
    while (asked := call(site, method, path, body))[1] == {"detail": BUSY}:
        time.sleep(int(asked[0].headers["Retry-After"]))
    return asked


def insist(site: Site, method: str, path: str, body: str) -> dict[str, str]:
    answer, said = ask_patiently(site, method, path, body)
    assert answer.status < 300, said
    return said


def connections(site: Site) -> int:
    """Return how many connections the web processes have open."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{site.port:04X}") and row[3] in OPEN for row in rows)


@contextmanager
def say(site: Site, words: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as client:
        client.sendall(words)
        yield client


@contextmanager
def writing_held_up() -> Iterator[None]:
    """Keep the turn to write, so that whatever writes waits in its thread."""
    with Path(f"{connection.settings_dict['NAME']}-turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield

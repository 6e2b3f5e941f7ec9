"""Clients who send or read slowly hold up themselves alone: others are answered meanwhile, through the real proxy."""

from __future__ import annotations

import fcntl
import json
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest

from recognition.throttling.overload import BUSY, MAX_WAIT_SECONDS
from tests.attacks.sockets import Attack, Attackers, wait_a_little
from tests.factories import strokes_of
from tests.services.proxy import BEHIND_A_PROXY, Proxy, nginx
from tests.services.site import PATIENCE, Site, wait_until

pytestmark = pytest.mark.services

UNLIMITED = {
    f"DOODLE_RATE_{name}": "off"
    for name in ("DRAWINGS", "GUESSES", "READS", "PAGES", "CONTRIBUTORS_ADDRESS", "LOGINS_ADDRESS")
}
OTHER = "127.0.2.1"  # the address of a visitor who takes no part in an attack
PATIENT_SECONDS = 30.0  # much longer than any page takes, also on a busy machine
LARGEST_FILE = "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"


def request(line: str, *headers: str) -> bytes:
    return "\r\n".join([f"{line} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()


JSON = ("Content-Type: application/json",)
# A form is only read where it could be one of the site's own pages.
FORM = (
    "Content-Type: application/x-www-form-urlencoded",
    "Referer: https://localhost/",
    f"Cookie: csrftoken={'x' * 32}",
)


def slow_form(path: str, length: int = 900) -> Attack:
    return Attack(request(f"POST {path}", *FORM, f"Content-Length: {length}"), b"x")


def slow_json(*framing: str, drip: bytes = b"x") -> Attack:
    return Attack(request("POST /api/v1/guesses/", *JSON, *framing), drip)


ATTACKS = {
    "slow heads": Attack(b"GET /gallery/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", b"x"),
    "slow bodies to the API": slow_json("Content-Length: 900"),
    "slow bodies to the login form": slow_form("/admin/login/"),
    "slow bodies to its other spelling": slow_form("/%61dmin/login/"),
    "slow bodies to an absolute URI": slow_form("https://localhost/admin/login/"),
    "slow bodies to the import form": slow_form("/admin/recognition/drawingimport/upload/", 30_000_000),
    "slow bodies to a file": slow_form("/static/nothing.js"),
    "slow bodies to nothing": slow_form("/nothing/"),
    "slow bodies that are too large": slow_json("Content-Length: 2000000"),
    "slow chunks": slow_json("Transfer-Encoding: chunked", drip=b"1\r\nx\r\n"),
    "half-sent requests": Attack(b"POST /api/v1/drawings/ HTT"),
    "idle connections": Attack(speaks_tls=False),
    "idle connections with TLS": Attack(),
    "POST on health addresses": slow_form("/readyz"),
    "both framings at once": slow_json("Content-Length: 900", "Transfer-Encoding: chunked"),
    "22 digits of Content-Length": slow_json("Content-Length: 0000000000000000000900"),
    "slow readers of the largest file": Attack(request("GET {largest_file}")),
    "slow readers of their own data": Attack(request("GET /api/v1/me/", "Cookie: {cookie}")),
    "slow readers of an artifact": Attack(request("GET /models/1/artifact/")),
}
CROWDS = {
    "12 sockets": (["127.0.1.1"], 12),
    "100 sockets": (["127.0.1.1"], 100),
    "400 sockets": (["127.0.1.1"], 400),
    "12 sockets each of 40 addresses": ([f"127.0.1.{number}" for number in range(1, 41)], 12),
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    nginx()
    folder = tmp_path_factory.mktemp("site")
    host = Site(folder, f"sqlite:///{folder}/db.sqlite3", **BEHIND_A_PROXY, **UNLIMITED)
    host.url = f"http://localhost:{host.port}"
    try:
        host.prepare()
        host.start("redis", "web")
        host.wait_until_it_answers("/readyz")
        yield host
    finally:
        host.stop()


@pytest.fixture(scope="module")
def proxy(host: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path_factory.mktemp("proxy"), [host])
    try:
        proxy.wait_until_it_answers()
        yield proxy
    finally:
        proxy.stop()


@pytest.fixture(scope="module")
def known(host: Site, proxy: Proxy) -> dict[str, str]:
    """What attackers know: the address of the largest file, and the cookie of somebody with large drawings."""
    manifest = json.loads((host.var / "static" / "staticfiles.json").read_text())
    zigzag = [step * 7 % 256 + 1 / 3 for step in range(19_000)]
    with proxy.visitor() as person:
        person.get("/")
        for _ in range(2):
            person.post("/api/v1/drawings/", {"strokes": [[zigzag, zigzag[::-1]]]})
        cookie = f"contributor={person.cookies['contributor']}"
    return {"largest_file": f"/static/{manifest['paths'][LARGEST_FILE]}", "cookie": cookie}


def everybody_else_is_answered(proxy: Proxy) -> None:
    with proxy.visitor(OTHER, timeout=PATIENT_SECONDS) as person:
        assert "<html" in person.get("/privacy/").text
        assert person.get("/readyz").json()["status"] == "ready"
        assert person.draw()["prediction"]["label"]


def attacked(attack: Attack, known: dict[str, str]) -> Attack:
    sent = attack.sent.decode()
    for name, value in known.items():
        sent = sent.replace(f"{{{name}}}", value)
    return Attack(sent.encode(), attack.drip, attack.speaks_tls)


def hold_out(proxy: Proxy, attack: Attack, crowd: str) -> None:
    """Check that everybody else is answered during the attack, and after it."""
    with Attackers(proxy, attack, *CROWDS[crowd]) as attackers:
        wait_a_little()
        everybody_else_is_answered(proxy)
    if attack.sent.startswith(b"GET") and not attack.drip:
        assert b"HTTP/1.1 200" in attackers.heard
    everybody_else_is_answered(proxy)


@pytest.mark.parametrize("attack", ATTACKS)
def test_twelve_sockets_stop_nobody_else(proxy: Proxy, known: dict[str, str], attack: str) -> None:
    hold_out(proxy, attacked(ATTACKS[attack], known), "12 sockets")


@pytest.mark.long
@pytest.mark.parametrize("crowd", [crowd for crowd in CROWDS if crowd != "12 sockets"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_many_sockets_stop_nobody_else(proxy: Proxy, known: dict[str, str], attack: str, crowd: str) -> None:
    hold_out(proxy, attacked(ATTACKS[attack], known), crowd)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/v1/drawings/", 1_000_000),
        ("/privacy/", 1_000_000),
        ("/admin/login/", 16_000),
        ("/%61dmin/login/", 16_000),
        ("https://localhost/admin/login/", 16_000),
        ("/admin/recognition/drawingimport/upload/", 32_000_000),
    ],
)
def test_a_body_that_is_too_large_is_refused_before_it_comes(proxy: Proxy, path: str, most: int) -> None:
    with raw(proxy, request(f"POST {path}", f"Content-Length: {most + 1}")) as client:
        assert client.recv(12) == b"HTTP/1.1 413"


def test_what_no_host_has_room_for_is_refused_at_once_and_what_waits_too_long_later(proxy: Proxy, host: Site) -> None:
    with ThreadPoolExecutor(150) as people:
        with writing_held_up(host):
            drawings = [people.submit(draw, proxy, f"127.0.3.{number % 2 + 1}") for number in range(150)]
            wait_until(lambda: any(drawing.done() and "just now. Try" in drawing.result().text for drawing in drawings))
            time.sleep(MAX_WAIT_SECONDS + 1)  # most requests have no thread yet
        answers = [drawing.result() for drawing in drawings]

    assert {answer.status_code for answer in answers} <= {201, 503}
    refusals = [answer for answer in answers if answer.status_code == 503]
    assert all(int(refusal.headers["Retry-After"]) > 0 for refusal in refusals)
    assert BUSY in {refusal.json()["detail"] for refusal in refusals}
    everybody_else_is_answered(proxy)


def test_clients_cannot_pretend_to_have_waited(proxy: Proxy) -> None:
    with raw(proxy, request("GET /healthz", f"X-Request-Start: t={time.time() - 5:.3f}")) as client:
        assert client.recv(12) == b"HTTP/1.1 200"


def draw(proxy: Proxy, address: str) -> httpx2.Response:
    with proxy.client(address) as client:
        return client.post("/api/v1/drawings/", json={"strokes": strokes_of("cat")})


@contextmanager
def raw(proxy: Proxy, sent: bytes) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE) as plain,
        proxy.tls.wrap_socket(plain, server_hostname="localhost") as client,
    ):
        client.sendall(sent)
        yield client


@contextmanager
def writing_held_up(host: Site) -> Iterator[None]:
    """Keep the turn to write, so that whatever writes waits in its thread."""
    with (host.var / "db.sqlite3-turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield

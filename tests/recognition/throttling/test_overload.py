from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from recognition.throttling import overload
from tests.monitoring.scrape import scrape, value_of

pytestmark = pytest.mark.django_db

LATER = 1000.0  # seconds


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody behind a proxy, long after the server has answered its first request."""
    settings.PROXIES = 1
    client = Client()
    client.get("/healthz")
    monkeypatch.setattr(overload, "time", SimpleNamespace(time=now))
    return client


def now() -> float:
    return time.time() + LATER


def ask(client: Client, path: str, seconds: float) -> HttpResponse:
    """Ask for a page with a request that waited for some seconds."""
    return client.get(path, headers={"x-request-start": f"t={now() - seconds:.3f}"})


@pytest.mark.parametrize("seconds", [-3, 0, 1])
def test_who_waited_for_a_moment_is_answered(client: Client, seconds: float) -> None:
    assert ask(client, "/healthz", seconds).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/classes/"])
def test_who_waited_too_long_is_told_when_to_come_back(client: Client, path: str) -> None:
    answer = ask(client, path, 3)

    assert answer.status_code == 503
    assert 1 <= int(answer.headers["Retry-After"]) <= 4
    assert answer.headers["Cache-Control"] == "no-store"


def test_people_get_a_page_and_programs_what_they_can_read(client: Client) -> None:
    assert "A lot is going on." in ask(client, "/gallery/", 3).content.decode()
    assert "too busy" in ask(client, "/api/v1/classes/", 3).json()["detail"]


def test_a_proxy_whose_clock_differs_stops_nobody(client: Client) -> None:
    assert ask(client, "/healthz", 100).status_code == 200


@pytest.mark.parametrize("stamp", ["", "t=", "t=1e9", "1700000000", "t=-5.000", f"t={'9' * 400}.0"])
def test_what_is_no_stamp_is_ignored(client: Client, stamp: str) -> None:
    assert client.get("/healthz", headers={"x-request-start": stamp}).status_code == 200


def test_without_a_proxy_a_stamp_is_ignored(client: Client, settings: Settings) -> None:
    settings.PROXIES = 0

    assert ask(Client(), "/healthz", 3).status_code == 200


def test_who_waited_while_the_server_started_is_answered(client: Client) -> None:
    assert ask(Client(), "/healthz", 3).status_code == 200


def test_refusals_are_counted(client: Client, settings: Settings) -> None:
    prometheus = Client(headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"})
    refused = {"view": "refused", "method": "GET", "status": "503"}
    before = value_of(scrape(prometheus), "doodle_requests_total", **refused)
    ask(client, "/gallery/", 3)

    assert value_of(scrape(prometheus), "doodle_requests_total", **refused) == before + 1

"""Pages of other origins call the API if DOODLE_CORS_ORIGINS names them."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.factories import strokes_of

DRAWINGS = "/api/v1/drawings/"
FRIEND = "https://sketch.example"
STRANGER = "https://evil.example"


def read_settings(monkeypatch: pytest.MonkeyPatch, origins: str) -> dict[str, Any]:
    """Return the site's settings with DOODLE_CORS_ORIGINS."""
    monkeypatch.setenv("DOODLE_CORS_ORIGINS", origins)
    return runpy.run_path(str(site.BASE_DIR / "doodlesite" / "settings.py"))


@pytest.fixture
def shared(settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """A site that two other origins may call."""
    with_origins = read_settings(monkeypatch, f"{FRIEND}/,http://localhost:3000")
    for name in ("MIDDLEWARE", "CORS_ALLOWED_ORIGINS"):
        setattr(settings, name, with_origins[name])


def preflight(client: APIClient, origin: str, path: str = DRAWINGS) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return client.options(path, headers=headers | {"Access-Control-Request-Headers": "authorization,idempotency-key"})


def post(client: APIClient, origin: str, body: object = None) -> Any:
    return client.post(DRAWINGS, body or {"strokes": strokes_of("cat")}, headers={"Origin": origin})


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("origin", [FRIEND, "http://localhost:3000"])
def test_pages_of_an_origin_that_is_named_may_call(origin: str) -> None:
    asked, answer = preflight(APIClient(), origin), post(APIClient(), origin)

    assert (asked.status_code, answer.status_code) == (200, 201)
    assert asked.headers["Access-Control-Allow-Origin"] == answer.headers["Access-Control-Allow-Origin"] == origin
    assert {"authorization", "content-type", "feedback-token", "idempotency-key"} <= {
        name.strip() for name in asked.headers["Access-Control-Allow-Headers"].split(",")
    }
    assert {"PUT", "DELETE"} <= set(asked.headers["Access-Control-Allow-Methods"].split(", "))
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert "origin" in answer.headers["Vary"].lower()


@pytest.mark.usefixtures("shared")
def test_pages_may_read_why_they_are_refused() -> None:
    assert post(APIClient(), FRIEND, {}).headers["Access-Control-Allow-Origin"] == FRIEND
    too_large = APIClient().post(DRAWINGS, {}, headers={"Origin": FRIEND}, CONTENT_LENGTH="50000000")

    assert (too_large.status_code, too_large.headers["Access-Control-Allow-Origin"]) == (413, FRIEND)


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("origin", [STRANGER, "http://sketch.example", f"{FRIEND}.evil.example", "null"])
def test_pages_of_other_origins_may_not(origin: str) -> None:
    for response in preflight(APIClient(), origin), post(APIClient(), origin):
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.usefixtures("shared")
def test_cookies_are_never_shared(browser: APIClient) -> None:
    for response in preflight(browser, FRIEND), browser.get(DRAWINGS, headers={"Origin": FRIEND}):
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("path", ["/", "/gallery/", "/healthz", "/admin/login/"])
def test_only_the_api_is_shared(path: str) -> None:
    response = APIClient().get(path, headers={"Origin": FRIEND})

    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.usefixtures("shared")
def test_a_page_sends_its_token(program: Callable[..., APIClient]) -> None:
    assert post(program("recognize"), FRIEND).status_code == 201


def test_by_default_no_page_may_call(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "corsheaders.middleware.CorsMiddleware" not in read_settings(monkeypatch, "")["MIDDLEWARE"]
    assert "Access-Control-Allow-Origin" not in post(api, FRIEND).headers


@pytest.mark.parametrize("origins", ["*", "sketch.example", "https://sketch.example/app", "ftp://a", "https://"])
def test_what_is_no_origin_is_named_at_start(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DOODLE_CORS_ORIGINS must have origins like"):
        read_settings(monkeypatch, origins)

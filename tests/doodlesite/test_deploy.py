"""The settings of a site behind a proxy that speaks HTTPS, as docs/running.md has them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from recognition.accounts.identity import COOKIE
from tests.factories import make_class, make_drawing, make_version

PRODUCTION = {
    "DOODLE_HTTPS": "1",
    "DOODLE_PROXIES": "1",
    "ALLOWED_HOSTS": "doodles.example",
    "CSRF_TRUSTED_ORIGINS": "https://doodles.example",
    "DJANGO_SETTINGS_MODULE": "doodlesite.settings",
}

# Requests addresses as a proxy forwards them, and prints status, headers and cookies of each response.
REQUEST = """
import json, sys, warnings
import django
django.setup()
warnings.simplefilter("ignore")
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
for path, proto in json.loads(sys.argv[1]):
    answer = Client(SERVER_NAME="doodles.example").get(path, headers={"X-Forwarded-Proto": proto})
    cookies = {name: {**cookie} for name, cookie in answer.cookies.items()}
    print(json.dumps([answer.status_code, dict(answer.headers), cookies]))
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run Python with the settings of production, changed by keywords."""

    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        database = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "DOODLE_VAR": str(tmp_path)}
        # A variable of the browser tests, which production does not have.
        inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=inherited | database | PRODUCTION | changes,
            capture_output=True,
            text=True,
        )

    return run


def responses(run: Run, *requests: tuple[str, str]) -> list[Any]:
    process = run("-c", REQUEST, json.dumps(requests))
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


def test_production_passes_djangos_own_check(run: Run) -> None:
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 0, checked.stderr


def test_a_forgotten_number_of_proxies_is_noticed(run: Run) -> None:
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", DOODLE_PROXIES="0")

    assert checked.returncode == 1
    assert "DOODLE_PROXIES" in checked.stderr


def test_everything_goes_by_https_but_the_questions_from_within(run: Run) -> None:
    plain, health, secure = responses(run, ("/about/", "http"), ("/healthz", "http"), ("/", "https"))

    assert (plain[0], plain[1]["Location"]) == (301, "https://doodles.example/about/")
    assert health[0] == 200
    assert secure[1]["Strict-Transport-Security"] == "max-age=2592000"
    assert "upgrade-insecure-requests" in secure[1]["Content-Security-Policy"]
    cookies = secure[2]
    assert set(cookies) == {COOKIE, "csrftoken"}
    assert {cookie["secure"] for cookie in cookies.values()} == {True}
    assert {cookie["samesite"] for cookie in cookies.values()} == {"Lax"}
    assert cookies[COOKIE]["httponly"] is True


@pytest.mark.parametrize("path", ["/", "/play/", "/gallery/", "/mine/", "/models/", "/about/"])
def test_strangers_get_no_session_and_no_cache_keeps_their_cookies(client: Client, db: None, path: str) -> None:
    answer = client.get(path)

    assert set(answer.cookies) <= {COOKIE, "csrftoken"}
    assert not answer.cookies or "Cookie" in answer.headers["Vary"]
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "path", ["/play/", "/mine/forget/", "/drawings/{drawing}/report/", "/drawings/{drawing}/delete/", "/admin/login/"]
)
def test_a_form_of_another_site_is_refused(db: None, path: str) -> None:
    drawing = make_drawing("cat", label="cat")
    for label in make_version().labels:
        make_class(label)
    browser = Client(enforce_csrf_checks=True)
    browser.get("/")

    answer = browser.post(path.format(drawing=drawing.pk), {"reason": "", "username": "admin", "password": "x"})

    assert answer.status_code == 403
    assert "Please allow cookies" in answer.content.decode()


def test_a_page_takes_no_large_body(db: None) -> None:
    answer = Client().post("/play/", b"x" * 1_000_001, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413

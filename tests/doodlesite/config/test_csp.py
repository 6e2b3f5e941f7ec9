from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from recognition.models import Drawing
from tests.factories import make_drawing

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)


@pytest.fixture
def drawing(db: None) -> Drawing:
    return make_drawing("cat", label="cat")


def policy(client: Client, path: str) -> dict[str, list[str]]:
    header = client.get(path).headers["Content-Security-Policy"]
    return {name: sources for name, *sources in (directive.split() for directive in header.split(";"))}


@pytest.mark.parametrize("name", ["draw", "play", "gallery", "mine", "models", "about", "privacy", "api:docs"])
def test_pages_run_and_load_only_what_the_site_serves(client: Client, drawing: Drawing, name: str) -> None:
    directives = policy(client, reverse(name))
    scripts = directives["script-src"]

    assert directives["default-src"] == ["'none'"]
    assert scripts[0] == "'self'"
    assert all(source.startswith("'nonce-") for source in scripts[1:])
    assert "unsafe" not in str(directives)
    assert (directives["base-uri"], directives["frame-ancestors"], directives["form-action"]) == (
        ["'none'"],
        ["'none'"],
        ["'self'"],
    )


def test_a_nonce_is_used_once(client: Client, drawing: Drawing) -> None:
    first, second = (policy(client, "/about/")["script-src"] for _ in range(2))

    assert first[1].startswith("'nonce-")
    assert first != second


def test_only_the_admin_is_allowed_what_its_library_needs(admin_client: Client) -> None:
    directives = policy(admin_client, "/admin/")

    assert directives["script-src"] == ["'self'", "'unsafe-eval'"]  # no inline script
    assert directives["style-src"] == ["'self'", "'unsafe-inline'"]
    assert directives["default-src"] == ["'none'"]


@pytest.mark.parametrize(
    "name", ["api:svg", "api:bitmap", "api:drawing", "drawing-png", "drawing-preview", "drawing-ndjson"]
)
def test_what_is_no_page_runs_nothing(client: Client, drawing: Drawing, name: str) -> None:
    directives = policy(client, reverse(name, args=[drawing.pk]))

    assert directives["default-src"] == ["'none'"]
    assert "sandbox" in directives
    assert "script-src" not in directives


@pytest.mark.parametrize("path", ["/", "/nothing-here/", "/api/v1/drawings/", "/api/v1/nothing/", "/admin/login/"])
def test_every_answer_has_the_other_headers(client: Client, db: None, path: str) -> None:
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Content-Security-Policy" in headers


def inline() -> Iterator[str]:
    for path in TEMPLATES.rglob("*.html"):
        for match in INLINE.finditer(path.read_text()):
            yield f"{path.relative_to(TEMPLATES)}: {match[0]}"


def test_no_template_has_inline_scripts_or_styles() -> None:
    assert list(inline()) == []

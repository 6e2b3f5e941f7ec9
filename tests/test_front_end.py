"""What holds for every page and every file that a browser loads."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

pytestmark = pytest.mark.django_db

STATIC = Path(settings.BASE_DIR) / "static"
PAGES = ["/", "/about/", "/privacy/", "/models/", "/nothing-here/"]


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_on_the_page_needs_an_unsafe_content_security_policy(client: Client, path: str) -> None:
    page = html(client, path)

    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|javascript:", page) == []
    assert all("src=" in script or "importmap" in script for script in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_is_loaded_comes_from_here(client: Client, path: str) -> None:
    loaded = re.findall(r'<(?:script|link|img)[^>]*?(?:src|href)="([^"]+)"', html(client, path))

    assert loaded
    assert all(address.startswith("/static/") for address in loaded)


def test_a_home_screen_gets_a_name_and_icons_that_are_there(client: Client) -> None:
    page = html(client, "/")
    [touch_icon] = re.findall(r'<link rel="apple-touch-icon" href="/static/([^"]+)"', page)
    [name] = re.findall(r'<link rel="manifest" href="/static/([^"]+)"', page)
    manifest = json.loads((STATIC / name).read_text())

    assert "manifest-src 'self'" in client.get("/").headers["Content-Security-Policy"]
    assert client.get(manifest["start_url"]).status_code == 200
    assert all(client.get(shortcut["url"]).status_code == 200 for shortcut in manifest["shortcuts"])
    for file, sizes in [(touch_icon, "180x180"), *((icon["src"], icon["sizes"]) for icon in manifest["icons"])]:
        with Image.open(STATIC / file) as icon:  # an address in the manifest is relative to it
            assert f"{icon.width}x{icon.height}" == sizes


def test_the_first_visit_loads_less_than_150_kilobytes(client: Client) -> None:
    page = html(client, "/")
    loaded = set(re.findall(r'<(?:script|link|img)[^>]*?(?:src|href)="/static/([^"]+)"', page))
    files = [page.encode()] + [(STATIC / name).read_bytes() for name in loaded]

    assert sum(min(len(file), len(gzip.compress(file))) for file in files) < 150_000


def test_no_module_grows_beyond_what_can_be_read_at_once() -> None:
    lengths = {module.name: len(module.read_text().splitlines()) for module in STATIC.glob("js/**/*.js")}

    assert {name: lines for name, lines in lengths.items() if lines > 120} == {}


def test_pure_modules_do_not_touch_the_page_and_only_one_module_fetches() -> None:
    for module in STATIC.glob("js/draw/**/*.js"):
        text = module.read_text()
        assert "fetch(" not in text, module.name
        if (STATIC.parent / "tests" / "js" / f"{module.stem}.test.js").exists():
            assert not re.search(r"\bdocument\b|\bwindow\b", text), module.name

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recognition.contributors import COOKIE
from recognition.models import Contributor, DoodleClass

pytestmark = pytest.mark.django_db

STATIC = Path(settings.BASE_DIR) / "static"
PAGES = ["/", "/about/", "/nothing-here/"]


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_page_gives_the_cookies_that_storing_needs(client: Client) -> None:
    client.get("/")

    assert {COOKIE, "csrftoken"} <= set(client.cookies)


def test_looking_at_the_page_stores_nobody(client: Client) -> None:
    client.get("/")

    assert not Contributor.objects.exists()


def test_who_comes_back_is_the_same_contributor(client: Client) -> None:
    first = client.get("/").cookies[COOKIE].value
    again = client.get("/").cookies[COOKIE].value

    assert first.split(":")[0] == again.split(":")[0]


def test_the_empty_sheet_offers_ideas_from_the_active_classes(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    DoodleClass.objects.create(name="lighthouse")
    DoodleClass.objects.create(name="retired", active=False)

    with django_assert_num_queries(1):
        page = html(client, "/")

    assert "Perhaps: lighthouse" in page
    assert "retired" not in page


def test_the_page_cannot_be_posted_to(client: Client) -> None:
    assert client.post("/").status_code == 405


def test_a_wrong_address_gets_a_page_of_ours(client: Client) -> None:
    response = client.get("/nothing-here/")

    assert response.status_code == 404
    assert "This page is blank." in response.content.decode()


def test_a_refused_form_gets_a_page_of_ours() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/")

    assert response.status_code == 403
    assert "I could not tell that it was you." in response.content.decode()


def test_a_failure_gets_a_page_of_ours(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr(DoodleClass, "objects", None)

    response = client.get("/")

    assert response.status_code == 500
    assert "Something broke here." in response.content.decode()


def test_every_import_of_a_module_finds_its_file_in_the_import_map(client: Client) -> None:
    found = re.search(r'<script type="importmap">(.*?)</script>', html(client, "/"))
    assert found
    known = set(json.loads(found[1])["imports"])

    for module in STATIC.glob("js/**/*.js"):
        for imported in re.findall(r'^import .*?"(\..*?)";|from "(\..*?)";', module.read_text(), re.MULTILINE):
            target = (module.parent / "".join(imported)).resolve()
            assert target.is_file(), f"{module.name} imports {imported}"
            assert f"/static/{target.relative_to(STATIC.resolve())}" in known


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


def test_no_link_between_our_pages_is_dead(client: Client) -> None:
    for path in PAGES:
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', html(client, path)):
            assert client.get(link).status_code in (200, 401, 403)


def test_no_module_grows_beyond_what_can_be_read_at_once() -> None:
    lengths = {module.name: len(module.read_text().splitlines()) for module in STATIC.glob("js/**/*.js")}

    assert {name: lines for name, lines in lengths.items() if lines > 120} == {}


def test_pure_modules_do_not_touch_the_page_and_only_one_module_fetches() -> None:
    for module in STATIC.glob("js/draw/*.js"):
        text = module.read_text()
        assert "fetch(" not in text, module.name
        if (STATIC.parent / "tests" / "js" / f"{module.stem}.test.js").exists():
            assert not re.search(r"\bdocument\b|\bwindow\b", text), module.name

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings as site
from django.core.management import call_command
from django.template import Context
from pytest_django import Settings

from recognition.templatetags.import_map import import_map, preload_modules

STATIC = Path(site.BASE_DIR) / "static"


def imports() -> dict[str, str]:
    context = Context({"request": SimpleNamespace(csp_nonce="n0nce")})
    body = re.fullmatch(r'<script type="importmap" nonce="n0nce">(.*)</script>', import_map(context))
    assert body
    return json.loads(body[1])["imports"]


def test_every_import_of_a_module_finds_its_file() -> None:
    known = imports()

    for module in STATIC.glob("js/**/*.js"):
        for imported in re.findall(r'^import .*?"(\..*?)";|from "(\..*?)";', module.read_text(), re.MULTILINE):
            target = (module.parent / "".join(imported)).resolve()
            assert target.is_file(), f"{module.name} imports {imported}"
            assert f"/static/{target.relative_to(STATIC.resolve())}" in known


def test_plain_addresses_lead_to_the_hashed_files_that_are_served(settings: Settings, tmp_path: Path) -> None:
    hashing = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": hashing}}
    settings.INSTALLED_APPS = ["django.contrib.staticfiles"]  # the admin's many files take long to hash
    call_command("collectstatic", interactive=False, verbosity=0)

    served = imports()["/static/js/draw/canvas/strokes.js"]

    assert re.fullmatch(r"/static/js/draw/canvas/strokes\.[0-9a-f]{12}\.js", served)
    assert (tmp_path / served.removeprefix("/static/")).is_file()


def test_the_page_of_a_failure_which_knows_no_request_has_none() -> None:
    assert import_map(Context()) == ""


def test_only_the_modules_asked_for_are_fetched_early() -> None:
    links = preload_modules("js/api.js", "js/draw/")

    assert 'href="/static/js/api.js"' in links
    assert 'href="/static/js/draw/main.js"' in links
    assert "theme.js" not in links

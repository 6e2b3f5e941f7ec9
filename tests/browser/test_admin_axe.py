"""What axe says of the admin's pages: nothing but what is Unfold's own, which is listed here."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

from recognition.models import ModelVersion
from tests.browser.hand import Visit
from tests.browser.looks import violations
from tests.browser.test_admin import log_in
from tests.factories import make_drawing, make_judged
from training.models import TrainingRun

pytestmark = pytest.mark.browser

UNFOLDS_OWN = {
    "simplebar-content-wrapper",  # its scrolling areas all have the same name
    "select2-search__field",  # the search field that Django's select2 makes has no label
}


@pytest.fixture
def admin(visit: Visit, version: ModelVersion, admin_user: User) -> Page:
    make_judged(version, "cat")
    make_drawing("house", label="house")
    TrainingRun.objects.create(
        status="running",
        stage="collect",
        progress={"doing": "reading the drawings", "share": 0.4, "seconds_left": 61},
        stage_seconds={"collect": 12},
        log=[["2026-01-01T10:00:00+00:00", "collect", "reading the drawings"]],
    )
    return log_in(visit("/admin/"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_clean_but_for_what_is_unfolds_own(admin: Page, scheme: str) -> None:
    run = TrainingRun.objects.get()
    own = f"/admin/training/trainingrun/{run.pk}"
    pages = [
        "/admin/",
        "/admin/recognition/drawing/",
        f"{own}/change/",
        f"{own}/cancel/",
        "/admin/training/trainingrun/retrain/",
    ]
    admin.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = [f"{path} {one}" for path in pages if admin.goto(path) for one in violations(admin)]
    assert "\n".join(one for one in found if not any(rule in one for rule in UNFOLDS_OWN)) == ""

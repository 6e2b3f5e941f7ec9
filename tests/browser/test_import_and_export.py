from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from recognition import sample_drawings
from recognition.models import Drawing, DrawingImport, ModelVersion
from recognition.transfer import import_job
from tests.browser.hand import CAT, HOUSE, Visit
from tests.browser.looks import violations
from tests.browser.test_admin import log_in
from tests.factories import make_drawing

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
PAGES = ("drawing/export/", "drawing/samples/", "drawingimport/upload/", "drawingimport/{}/change/")


@pytest.fixture
def admin(visit: Visit, version: ModelVersion, admin_user: User) -> Page:
    return log_in(visit("/admin/"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A cat, a house, and a line that is neither."""
    lines = [{"word": "cat", "drawing": CAT}, {"word": "house", "drawing": HOUSE}, "nonsense"]
    path = tmp_path / "drawings.ndjson"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def upload(page: Page, file: Path) -> DrawingImport:
    page.goto("/admin/recognition/drawing/")
    page.get_by_role("link", name="Import drawings").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Importing, 0 %")).to_be_visible()
    return DrawingImport.objects.get()


def test_a_file_is_uploaded_and_its_page_follows_the_worker(admin: Page, file: Path) -> None:
    started = upload(admin, file)
    import_job.work(started.pk)
    expect(admin.get_by_role("status")).to_have_text("Done")
    expect(admin.locator(".doodle-refusals")).to_contain_text("drawings.ndjson:3: no drawing")
    assert Drawing.objects.count() == 2


def test_an_import_is_stopped(admin: Page, file: Path) -> None:
    upload(admin, file)
    admin.get_by_role("link", name="Stop…").click()
    admin.get_by_role("button", name="Stop here").click()
    expect(admin.get_by_text("Stopped by admin.")).to_be_visible()


def test_the_drawings_of_the_list_are_taken_along(admin: Page, tmp_path: Path) -> None:
    make_drawing("cat", label="cat")
    admin.goto("/admin/recognition/drawing/?source__exact=page")
    admin.get_by_role("link", name="Export these").click()
    with admin.expect_download() as download:
        admin.get_by_role("button", name="Export").click()
    download.value.save_as(tmp_path / "drawings.zip")
    names = set(ZipFile(tmp_path / "drawings.zip").namelist())
    assert names == {"full/raw/cat.ndjson", "full/numpy_bitmap/cat.npy"}


def test_samples_are_taken_away(admin: Page) -> None:
    sample_drawings.add()
    admin.goto("/admin/recognition/drawing/")
    admin.get_by_role("link", name="Remove the samples").click()
    admin.get_by_role("button", name="Remove them").click()
    expect(admin.get_by_text("Removed 71 sample drawings.")).to_be_visible()
    assert not Drawing.objects.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_these_pages_show(
    visit: Visit, version: ModelVersion, admin_user: User, file: Path, scheme: str
) -> None:
    page = log_in(visit("/admin/", color_scheme=scheme))
    started = upload(page, file)
    import_job.work(started.pk)
    for path in PAGES:
        page.goto(f"/admin/recognition/{path.format(started.pk)}")
        assert violations(page, within=".doodle-panel") == [], path


def test_nothing_is_wider_than_a_phone(visit: Visit, version: ModelVersion, admin_user: User, file: Path) -> None:
    page = log_in(visit("/admin/", viewport=PHONE))
    started = upload(page, file)
    import_job.work(started.pk)
    for path in PAGES:
        page.goto(f"/admin/recognition/{path.format(started.pk)}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path

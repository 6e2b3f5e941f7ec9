from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from recognition.imaging.sketch import Sketch
from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, Drawing, ModelVersion, Promotion
from recognition.stats.metric_labels import rounded_percent
from recognition.submission import recognize_and_store
from tests.browser.hand import Visit
from tests.browser.looks import violations
from tests.factories import make_class, make_drawing, make_prediction, make_version, strokes_of

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def admin(visit: Visit, version: ModelVersion, admin_user: User) -> Page:
    """The admin, logged in to by its form."""
    return log_in(visit("/admin/"))


def log_in(page: Page) -> Page:
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".doodle-tiles")).to_be_visible()
    return page


def test_the_site_and_the_admin_have_one_theme(admin: Page) -> None:
    admin.goto("/about/")
    admin.get_by_role("button", name="Dark colours").click()
    admin.goto("/admin/")
    expect(admin.locator("html")).to_have_class("dark")
    admin.keyboard.press("Control+e")  # the admin's own switch
    expect(admin.locator("html")).to_have_class("light")
    admin.goto("/about/")
    expect(admin.locator("html")).to_have_attribute("data-theme", "light")


def test_a_drawing_is_found_with_its_bitmap_and_its_guess(admin: Page, version: ModelVersion) -> None:
    prediction = make_prediction(make_drawing("cat", label="cat"), version)
    admin.goto("/admin/recognition/drawing/")
    row = admin.locator("#result_list tr.data-row")

    expect(row).to_contain_text(f"cat {rounded_percent(prediction.confidence)}")
    assert row.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [28, 28]
    row.locator("img").click()
    expect(admin.get_by_alt_text("the drawing as drawn")).to_be_visible()
    expect(admin.get_by_alt_text("what the network saw")).to_be_visible()


def test_a_version_is_promoted_with_a_reason(admin: Page) -> None:
    version = make_version(promoted=False)
    admin.get_by_role("link", name="Model versions").click()
    admin.get_by_role("link", name=f"Version {version.number}").click()
    admin.get_by_role("link", name="Promote…").click()
    admin.get_by_label("Reason").fill("knows cats better")
    admin.get_by_role("button", name=f"Promote version {version.number}").click()

    expect(admin.get_by_text(f"Version {version.number} is in service now.")).to_be_visible()
    assert ModelVersion.objects.current() == version
    assert Promotion.objects.filter(version=version, reason="knows cats better", by__username="admin").exists()


def test_drawings_are_relabelled_in_bulk(admin: Page) -> None:
    drawings = [make_drawing("cat", label="cat"), make_drawing("house", label="cat")]
    house = make_class("house")
    admin.goto("/admin/recognition/drawing/")
    for number in range(2):
        admin.locator("#result_list input.action-select").nth(number).check()
    admin.get_by_label("Select action to run").select_option("relabel")
    admin.get_by_role("button", name="Run").click()
    expect(admin.locator(".doodle-strip img")).to_have_count(2)
    admin.get_by_label("class").fill("house")
    admin.get_by_role("button", name="Relabel 2 drawings").click()

    expect(admin.get_by_text("Relabelled 2 drawings as house.")).to_be_visible()
    for drawing in drawings:
        drawing.refresh_from_db()
        assert (drawing.label, drawing.status) == (house, Drawing.Status.ACCEPTED)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_thumbnail_is_ink_on_paper_in_light_mode_and_chalk_on_slate_in_dark(
    visit: Visit, version: ModelVersion, admin_user: User, scheme: str
) -> None:
    make_drawing("cat", label="cat")
    page = log_in(visit("/admin/", color_scheme=scheme))
    inverted = page.locator(".doodle-bitmap").first.evaluate("image => getComputedStyle(image).filter")
    assert inverted == ("invert(1)" if scheme == "light" else "none")


def test_nothing_is_wider_than_a_phone(visit: Visit, version: ModelVersion, admin_user: User) -> None:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, version)
    page = log_in(visit("/admin/", viewport=PHONE))
    for path in ("", f"recognition/drawing/{drawing.pk}/change/", f"recognition/modelversion/{version.pk}/change/"):
        page.goto(f"/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_a_version_is_tried_compared_and_taken_back(admin: Page, version: ModelVersion) -> None:
    candidate = make_version(promoted=False)
    admin.goto(f"/admin/recognition/modelversion/{candidate.pk}/change/")
    admin.get_by_role("link", name="Try out…").click()
    admin.get_by_label("Mode").select_option("canary")
    admin.get_by_role("button", name="Begin the trial").click()
    expect(admin.get_by_text("Please say how many people see its answers.")).to_be_visible()
    admin.get_by_label("Share of people").fill("10")
    admin.get_by_role("button", name="Begin the trial").click()
    expect(admin.get_by_text(f"Version {candidate.number} is on trial now.")).to_be_visible()

    for word in ("cat", "house"):
        drawn = recognize_and_store(Sketch.of_strokes(strokes_of(word)), Contributor(), source=Drawing.Source.PAGE)
        give_feedback(drawn.drawing, drawn.drawing.contributor, correct=True, label=None)
    admin.reload()
    trial = admin.get_by_role("region", name="On trial")
    expect(trial.get_by_role("row", name="right, people say")).to_contain_text("2 judged drawings, both on the same")
    expect(admin.get_by_text("They agree on 100.0\xa0% of these drawings.")).to_be_visible()
    assert violations(admin, "#on-trial") == []
    for width in (PHONE["width"], 1440):
        admin.set_viewport_size({"width": width, "height": 740})
        assert admin.evaluate("document.documentElement.scrollWidth") <= width

    admin.get_by_role("link", name="End the trial…").click()
    admin.get_by_label("Reason").fill("seen enough")
    admin.get_by_role("button", name="End the trial").click()
    expect(admin.get_by_text("admin ended it: seen enough")).to_be_visible()

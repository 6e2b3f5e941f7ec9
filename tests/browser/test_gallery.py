from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from recognition.models import Drawing, Exhibit, ModelVersion, Report
from recognition.moderation import update_exhibit
from recognition.pages.gallery.views import PAGE_SIZE
from tests.browser.hand import CAT, Hand, Visit, words
from tests.browser.looks import violations
from tests.factories import make_drawing, make_prediction

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def hang(count: int, version: ModelVersion) -> list[Drawing]:
    """Fill the gallery, the newest drawing last."""
    drawings = [make_drawing("cat", label="cat") for _ in range(count)]
    for minutes, drawing in enumerate(reversed(drawings)):
        Drawing.objects.filter(pk=drawing.pk).update(created_at=timezone.now() - timedelta(minutes=minutes))
        drawing.refresh_from_db()
        make_prediction(drawing, version)
        update_exhibit(drawing)
    return drawings


def test_older_drawings_hang_below_as_one_scrolls(visit: Visit, version: ModelVersion) -> None:
    hang(2 * PAGE_SIZE + 3, version)
    page = visit("/gallery/")
    wall = page.locator(".exhibit")
    expect(wall).not_to_have_count(0)
    page.keyboard.press("End")
    expect(wall).to_have_count(2 * PAGE_SIZE)
    page.keyboard.press("End")
    expect(wall).to_have_count(2 * PAGE_SIZE + 3)
    expect(page.get_by_role("link", name="Older drawings")).to_have_count(0)


def test_without_javascript_older_drawings_are_a_link_away(visit: Visit, version: ModelVersion) -> None:
    hang(PAGE_SIZE + 2, version)
    page = visit("/gallery/", java_script_enabled=False)
    page.get_by_role("link", name="Older drawings").click()
    expect(page.locator(".exhibit")).to_have_count(2)
    page.get_by_role("link", name="Newest").click()
    expect(page.locator(".exhibit")).to_have_count(PAGE_SIZE)


def test_filters_are_chosen_from_the_keyboard_and_kept_in_the_address(visit: Visit, version: ModelVersion) -> None:
    hang(1, version)
    page = visit("/gallery/")
    page.get_by_text("Choose which drawings").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Was it right").select_option("wrong")
    page.get_by_label("Drawings of").fill("cat")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing here matches.")).to_be_visible()
    assert "label=cat" in page.url
    assert "right=no" in page.url
    expect(page.get_by_label("Drawings of")).to_have_value("cat")
    page.get_by_role("link", name="Show all drawings").click()
    expect(page.locator(".exhibit")).to_have_count(1)


def test_a_drawing_is_drawn_again_and_the_guess_follows(visit: Visit, version: ModelVersion) -> None:
    hang(1, version)
    page = visit("/gallery/", reduced_motion="no-preference")
    page.locator(".exhibit a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cat")
    page.get_by_role("button", name="Watch it being drawn").click()
    expect(page.locator("[data-growing] [data-now]")).to_have_count(1)
    expect(page.locator("[data-picture] path[style]")).to_have_count(0, timeout=20_000)
    expect(page.locator("[data-growing] [data-now]")).to_have_count(0)


def test_a_reported_drawing_is_gone_from_the_gallery(visit: Visit, version: ModelVersion) -> None:
    (drawing,) = hang(1, version)
    page = visit(f"/drawings/{drawing.pk}/")
    page.get_by_text("Report this drawing").click()
    page.get_by_label("Why should it not be shown?").fill("It is rude.")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you.")
    page.get_by_role("link", name="Back to the gallery").click()
    expect(page.locator(".exhibit")).to_have_count(0)
    assert Report.objects.get().reason == "It is rude."


def test_what_i_drew_is_mine_to_delete(visit: Visit, version: ModelVersion) -> None:
    page = visit()
    Hand(page).draw(CAT)
    page.keyboard.press("Enter")
    expect(words(page)).to_have_text("Was it a cat?")
    page.keyboard.press("y")
    expect(words(page)).to_contain_text("Thank you")
    page.goto("/gallery/?mine=on")
    page.locator(".exhibit a").click()
    page.get_by_text("Delete my drawing").click()
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.locator(".exhibit")).to_have_count(0)
    assert not Exhibit.objects.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(visit: Visit, version: ModelVersion, scheme: str) -> None:
    (drawing,) = hang(1, version)
    page = visit("/gallery/", color_scheme=scheme)
    assert violations(page) == []
    page.goto(f"/drawings/{drawing.pk}/")
    assert violations(page) == []
    page.goto("/mine/")
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/gallery/", "/drawings/{}/"])
def test_nothing_is_wider_than_a_phone(visit: Visit, version: ModelVersion, path: str) -> None:
    (drawing,) = hang(1, version)
    page = visit(path.format(drawing.pk), viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

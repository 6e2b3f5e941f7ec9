from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

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
    expect(page.get_by_role("link", name="More drawings")).to_have_count(0)


def scroll_to_the_end(page: Page, count: int) -> Locator:
    """Load all drawings of the gallery; return the last."""
    expect(page.locator(".exhibit")).not_to_have_count(0)
    while page.locator("[data-older]").count():
        page.keyboard.press("End")
    expect(page.locator(".exhibit")).to_have_count(count)
    return page.locator(".exhibit a").last


def addresses(page: Page) -> list[str]:
    return page.locator(".exhibit a").evaluate_all("links => links.map(link => link.href)")


@pytest.mark.parametrize("path", ["/gallery/", "/gallery/?label=cat&sort=oldest"])
def test_back_from_a_drawing_leads_to_the_same_place_with_all_that_was_loaded(
    visit: Visit, version: ModelVersion, path: str
) -> None:
    hang(2 * PAGE_SIZE + 3, version)
    page = visit(path, viewport=PHONE)
    last = scroll_to_the_end(page, 2 * PAGE_SIZE + 3)
    before = addresses(page)
    page.evaluate("addEventListener('click', () => (sessionStorage.place = scrollY))")
    last.click()
    page.wait_for_url("**/drawings/**")
    page.go_back()

    expect(page.locator(".exhibit")).to_have_count(2 * PAGE_SIZE + 3)
    assert addresses(page) == before
    place = float(page.evaluate("sessionStorage.place"))
    assert place > 2 * PHONE["height"]
    assert page.evaluate("scrollY") == pytest.approx(place, abs=2)
    assert page.url.endswith(path)


def test_back_returns_the_keyboard_to_the_drawing_and_goes_on_loading(visit: Visit, version: ModelVersion) -> None:
    hang(3 * PAGE_SIZE, version)
    page = visit("/gallery/", viewport=PHONE)
    expect(page.locator(".exhibit")).not_to_have_count(0)
    page.keyboard.press("End")
    expect(page.locator(".exhibit")).to_have_count(2 * PAGE_SIZE)
    page.locator(".exhibit a").nth(PAGE_SIZE + 2).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/drawings/**")
    page.go_back()

    expect(page.locator(".exhibit a").nth(PAGE_SIZE + 2)).to_be_focused()
    scroll_to_the_end(page, 3 * PAGE_SIZE)


def test_a_reload_begins_with_the_newest(visit: Visit, version: ModelVersion) -> None:
    hang(PAGE_SIZE + 1, version)
    page = visit("/gallery/", viewport=PHONE)
    scroll_to_the_end(page, PAGE_SIZE + 1)
    (newest,) = hang(1, version)
    page.reload()

    expect(page.locator(".exhibit a").first).to_have_attribute("href", f"/drawings/{newest.pk}/")


def test_without_javascript_older_drawings_are_a_link_away(visit: Visit, version: ModelVersion) -> None:
    hang(PAGE_SIZE + 2, version)
    page = visit("/gallery/", java_script_enabled=False)
    page.get_by_role("link", name="More drawings").click()
    expect(page.locator(".exhibit")).to_have_count(2)
    page.get_by_role("link", name="Newest").click()
    expect(page.locator(".exhibit")).to_have_count(PAGE_SIZE)


def test_filters_are_chosen_from_the_keyboard_and_kept_in_the_address(visit: Visit, version: ModelVersion) -> None:
    hang(1, version)
    page = visit("/gallery/")
    page.get_by_text("More filters").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Was it right").select_option("wrong")
    page.get_by_label("Search for a word").fill("cat")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing here matches.")).to_be_visible()
    assert page.url.endswith("/gallery/?label=cat&right=no")
    expect(page.get_by_label("Search for a word")).to_have_value("cat")
    page.get_by_role("link", name="Remove the filter wrong").click()
    expect(page.locator(".exhibit")).to_have_count(1)
    assert page.url.endswith("/gallery/?label=cat")
    page.get_by_role("link", name="Oldest").click()
    assert page.url.endswith("/gallery/?label=cat&sort=oldest")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_misspelt_word_leads_to_the_one_that_was_meant(visit: Visit, version: ModelVersion, scheme: str) -> None:
    hang(1, version)
    page = visit("/gallery/", color_scheme=scheme, viewport=PHONE)
    page.get_by_label("Search for a word").fill("catt")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("“catt” is not one of the words here.")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="cat", exact=True).click()
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

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from recognition import sample_drawings
from recognition.models import Drawing, ModelVersion
from tests.browser.hand import CAT, HOUSE, Hand, Visit, words
from tests.browser.looks import violations

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def pictures(page: Page) -> list[list[int]]:
    """Return the sizes of the levels' pictures as the browser has them."""
    sizes: list[list[int]] = page.locator(".level__maps").evaluate_all(
        "images => images.map(image => [image.naturalWidth, image.naturalHeight])"
    )
    return sizes


def best(page: Page) -> str:
    return page.locator(".score").first.locator("[data-label]").inner_text()


def test_a_sample_is_looked_into_without_javascript(visit: Visit, version: ModelVersion) -> None:
    sample_drawings.add()
    page = visit("/about/", java_script_enabled=False)
    assert pictures(page) == [[700, 84], [700, 172], [700, 172]]
    expect(page.locator("canvas")).to_be_hidden()


def test_what_a_visitor_draws_there_is_looked_into_and_not_kept(visit: Visit, version: ModelVersion) -> None:
    sample_drawings.add()
    stored = Drawing.objects.count()
    page = visit("/about/")
    before = page.locator(".level__maps").first.get_attribute("src")
    page.locator("canvas").scroll_into_view_if_needed()
    Hand(page).draw(HOUSE)
    expect(page.locator(".score").first).to_contain_text("house")
    expect(page.get_by_text("What you draw here is not stored.", exact=False).first).to_be_visible()
    assert page.locator(".level__maps").first.get_attribute("src") != before
    assert pictures(page) == [[700, 84], [700, 172], [700, 172]]
    assert Drawing.objects.count() == stored


def test_the_sheet_can_be_cleared_and_drawn_on_again(visit: Visit, version: ModelVersion) -> None:
    page = visit("/about/")
    expect(page.locator(".level")).to_have_count(0)
    page.locator("canvas").scroll_into_view_if_needed()
    Hand(page).draw(CAT)
    expect(page.locator(".score").first).to_contain_text("cat")
    page.get_by_role("button", name="Clear the sheet").click()
    expect(page.locator(".score").first).to_be_hidden()
    page.locator("canvas").scroll_into_view_if_needed()
    Hand(page).draw(HOUSE)
    expect(page.locator(".score").first).to_contain_text("house")


def test_who_has_drawn_sees_their_own_drawing(visit: Visit, version: ModelVersion) -> None:
    sample_drawings.add()
    page = visit()
    Hand(page).draw(CAT)
    page.keyboard.press("Enter")
    expect(words(page)).to_have_text("Was it a cat?")
    page.goto("/about/")
    expect(page.get_by_text("Your latest drawing.")).to_be_visible()
    assert best(page) == "cat"


def test_a_server_that_is_away_is_told_and_the_drawing_stays(visit: Visit, version: ModelVersion) -> None:
    page = visit("/about/")
    page.route("**/explanations/", lambda route: route.abort())
    page.locator("canvas").scroll_into_view_if_needed()
    Hand(page).draw(CAT[:1])
    expect(page.locator("[data-trouble]")).to_contain_text("I can’t reach the server.")
    page.unroute("**/explanations/")
    Hand(page).draw(CAT[1:])
    expect(page.locator(".score").first).to_contain_text("cat")
    expect(page.locator("[data-trouble]")).to_be_hidden()


def test_without_a_network_it_says_so(visit: Visit, transactional_db: None) -> None:
    page = visit("/about/")
    page.locator("canvas").scroll_into_view_if_needed()
    Hand(page).draw(CAT[:1])
    expect(page.locator("[data-trouble]")).to_contain_text("I can’t guess just now")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/about/", "/privacy/"])
def test_axe_finds_nothing_to_complain_about(visit: Visit, version: ModelVersion, scheme: str, path: str) -> None:
    sample_drawings.add()
    assert violations(visit(path, color_scheme=scheme)) == []


def test_axe_is_content_with_what_a_visitor_draws(visit: Visit, version: ModelVersion) -> None:
    page = visit("/about/", viewport=PHONE)
    page.locator("canvas").scroll_into_view_if_needed()
    Hand(page).draw(CAT)
    expect(page.locator(".score").first).to_contain_text("cat")
    assert violations(page) == []


def test_nothing_is_wider_than_a_phone(visit: Visit, version: ModelVersion) -> None:
    sample_drawings.add()
    page = visit("/about/", viewport=PHONE, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_samples_on_the_front_page_pass_axe_too(visit: Visit, version: ModelVersion) -> None:
    sample_drawings.add()
    page = visit("/", viewport=PHONE)
    expect(page.locator(".lately .exhibit")).to_have_count(8)
    assert violations(page) == []
    page.goto("/gallery/")
    assert violations(page) == []

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from recognition.models import ModelVersion
from tests.browser.hand import CAT, Hand, Visit, words
from tests.browser.looks import violations

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def way(page: Page) -> Iterator[str]:
    """Take the page from a blank sheet to the thanks, and stop wherever it looks different."""
    yield "blank"
    page.keyboard.press("?")
    yield "help"
    page.keyboard.press("Escape")
    page.route("**/guesses/", lambda route: route.abort())
    Hand(page).draw(CAT[:1])
    expect(page.locator("[data-trouble]")).to_be_visible()
    yield "trouble"
    page.unroute("**/guesses/")
    Hand(page).draw(CAT[1:])
    expect(words(page)).to_have_text("I see a cat!")
    yield "drawn"
    page.keyboard.press("Enter")
    expect(words(page)).to_have_text("Was it a cat?")
    yield "asked"
    page.keyboard.press("n")
    page.get_by_role("combobox").fill("s")
    expect(page.get_by_role("listbox")).to_be_visible()
    yield "choosing"
    page.keyboard.press("Enter")
    expect(words(page)).to_contain_text("Thank you")
    yield "thanked"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(visit: Visit, version: ModelVersion, scheme: str) -> None:
    page = visit(color_scheme=scheme)

    assert {phase: found for phase in way(page) if (found := violations(page))} == {}


@pytest.mark.parametrize("path", ["/about/", "/privacy/", "/models/", "/nothing-here/"])
def test_axe_is_content_with_the_other_pages(visit: Visit, transactional_db: None, path: str) -> None:
    assert violations(visit(path, viewport=PHONE)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_documentation_of_the_api_is_a_page_of_this_site_and_can_be_read(
    visit: Visit, transactional_db: None, scheme: str
) -> None:
    page = visit("/api/docs/", color_scheme=scheme)
    operation = page.get_by_text("Have a drawing recognized and stored")
    operation.click()
    expect(page.locator(".microlight").first).to_be_visible()

    expect(page.get_by_role("link", name="Gallery")).to_be_visible()
    assert (brightness(page, "body") < 60) == (scheme == "dark")
    swaggers_own = ("nested-interactive", "scrollable-region-focusable")
    assert [found for found in violations(page) if not found.startswith(swaggers_own)] == []


@pytest.mark.parametrize(("width", "height"), [(740, 360), (720, 450), (800, 700), (360, 740), (360, 640)])
def test_the_sheet_and_done_and_what_it_does_are_on_the_screen(
    visit: Visit, version: ModelVersion, width: int, height: int
) -> None:
    page = visit(viewport={"width": width, "height": height}, has_touch=True)
    places = [page.locator(part).bounding_box() for part in (".sheet", ".finish__button", ".finish__note")]

    assert all(place and place["y"] + place["height"] <= height for place in places)
    assert places[0]
    assert places[0]["height"] > 0.6 * min(width, height)
    expect(page.get_by_text("Done shows it in the gallery, without your name.")).to_be_visible()


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, {"width": 800, "height": 700}])
def test_done_stands_close_below_what_the_mascot_says(
    visit: Visit, version: ModelVersion, viewport: dict[str, int]
) -> None:
    page = visit(viewport=viewport)
    words, above = (page.locator(part).bounding_box() for part in (".voice", ".tools"))
    done = page.locator(".finish__button").bounding_box()

    assert words and above and done
    end = max(box["y"] + box["height"] for box in (words, above) if box["y"] < done["y"])
    assert done["y"] - end < 40


def test_what_the_mascot_says_is_on_the_screen_after_a_correction(visit: Visit, version: ModelVersion) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    Hand(page).draw(CAT)
    page.get_by_role("button", name="Done").tap()
    page.get_by_role("button", name="No", exact=True).tap()
    page.get_by_role("combobox").fill("fis")
    page.evaluate("scrollTo(0, 200)")
    page.get_by_role("option", name="fish").tap()
    expect(words(page)).to_contain_text("Thank you")
    expect(words(page)).to_be_in_viewport(ratio=1)
    page.evaluate("scrollTo(0, 200)")
    page.get_by_role("button", name="Draw another").tap()
    expect(words(page)).to_be_in_viewport(ratio=1)


def test_a_finger_hits_everything_on_the_drawing_page(visit: Visit, version: ModelVersion) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    sizes = page.locator("header a, header button, .pen, .edits button, .finish :is(button, label)").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).filter(r => r.width).map(r => Math.min(r.width, r.height))"
    )

    assert len(sizes) > 20
    assert min(sizes) >= 44


def test_nothing_is_wider_than_a_small_phone(visit: Visit, version: ModelVersion) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)

    widths = {phase: page.evaluate("document.documentElement.scrollWidth") for phase in way(page)}

    assert set(widths.values()) == {PHONE["width"]}


@pytest.mark.parametrize("path", ["/about/", "/privacy/", "/models/", "/nothing-here/"])
def test_other_pages_fit_a_small_phone_too(visit: Visit, transactional_db: None, path: str) -> None:
    page = visit(path, viewport=PHONE, is_mobile=True)

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1440, "height": 900}])
def test_the_navigation_has_its_place_on_every_page(
    visit: Visit, version: ModelVersion, viewport: dict[str, int]
) -> None:
    page = visit(viewport=viewport)
    places = set()
    for path in ("/", "/play/", "/gallery/", "/models/", "/about/"):
        page.goto(path)
        parts = page.locator(".masthead .navlink, [data-theme-toggle]").all()
        places.add(tuple(str(part.bounding_box()) for part in parts))

    assert len(places) == 1


def test_all_pages_have_one_left_edge(visit: Visit, version: ModelVersion) -> None:
    page = visit(viewport={"width": 1440, "height": 900})
    edges = set()
    for path in ("/", "/gallery/", "/models/", "/about/", "/privacy/"):
        page.goto(path)
        parts = page.locator(".brand, .sheet, h1:not(.sr-only), .colophon").all()
        edges |= {box["x"] for part in parts if (box := part.bounding_box())}

    assert len(edges) == 1


def brightness(page: Page, selector: str) -> float:
    colour = page.locator(selector).evaluate("element => getComputedStyle(element).backgroundColor")
    return sum(float(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")) / 3


def test_dark_is_dark_and_light_is_light(visit: Visit, version: ModelVersion) -> None:
    assert brightness(visit(color_scheme="light"), ".sheet") > 200
    assert brightness(visit(color_scheme="dark"), ".sheet") < 60


def test_the_theme_can_be_changed_and_is_remembered(visit: Visit, version: ModelVersion) -> None:
    page = visit(color_scheme="light")
    toggle = page.get_by_role("button", name="Dark colours")
    toggle.click()
    page.reload()

    expect(toggle).to_have_attribute("aria-pressed", "true")
    assert brightness(page, ".sheet") < 60


def test_the_theme_button_shows_a_sun_in_the_dark(visit: Visit, version: ModelVersion) -> None:
    page = visit(color_scheme="light")
    sun = page.locator(".theme-sun")
    assert sun.evaluate("e => getComputedStyle(e).stroke") == "rgba(0, 0, 0, 0)"
    page.get_by_role("button", name="Dark colours").click()

    assert sun.evaluate("e => getComputedStyle(e).stroke") != "rgba(0, 0, 0, 0)"


def test_ink_stays_readable_when_the_theme_changes(visit: Visit, version: ModelVersion) -> None:
    page = visit(color_scheme="light")
    Hand(page).draw(CAT)
    before = brightest_ink(page)
    page.get_by_role("button", name="Dark colours").click()

    assert before < 80
    assert brightest_ink(page) > 200


def brightest_ink(page: Page) -> int:
    return page.evaluate(
        """() => {
            const canvas = document.querySelector("canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return data.filter((_, i) => i % 4 === 0 && data[i + 3] === 255).reduce((a, b) => Math.max(a, b), 0);
        }"""
    )


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1440, "height": 900}])
def test_the_sheet_stays_where_it_is_whatever_is_said(
    visit: Visit, version: ModelVersion, viewport: dict[str, int]
) -> None:
    page = visit(viewport=viewport)
    sheet = page.locator(".sheet")
    place = sheet.bounding_box()
    long = "I don’t know, maybe the Great Wall of China, or is it an aircraft carrier?"
    page.locator(".voice__words").evaluate("(element, text) => { element.textContent = text }", long)

    assert sheet.bounding_box() == place


def test_nothing_moves_while_the_page_loads(visit: Visit, version: ModelVersion) -> None:
    page = visit()
    shift = page.evaluate(
        """() => new Promise((answer) => {
            let shift = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shift += entry.value)))
                .observe({ type: "layout-shift", buffered: true });
            setTimeout(() => answer(shift), 300);
        })"""
    )

    assert shift < 0.01


def test_motion_is_left_out_for_those_who_ask(visit: Visit, version: ModelVersion) -> None:
    page = visit(reduced_motion="reduce")

    assert page.evaluate("document.getAnimations().length") == 0


def test_without_javascript_the_page_says_what_it_is(visit: Visit, version: ModelVersion) -> None:
    page = visit(java_script_enabled=False)

    expect(page.get_by_text("Drawing needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Done")).to_be_hidden()


def test_help_opens_and_closes(page: Page) -> None:
    help_: Any = page.get_by_role("heading", name="How it works")
    page.get_by_role("button", name="Help and shortcuts").click()
    expect(help_).to_be_visible()
    page.keyboard.press("Escape")

    expect(help_).to_be_hidden()

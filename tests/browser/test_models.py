from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from recognition.models import BandTally, DayTally, Drawing, ModelVersion
from recognition.stats.accuracy import recount
from tests.browser.hand import Visit
from tests.browser.looks import violations
from tests.factories import make_judged, make_version
from tests.training.pages.conftest import measured
from training.models import TrainingRun
from training.pages.confusion.confusion_matrix import CELL_PIXELS

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
PAGES = [
    "/models/",
    "/models/1/",
    "/models/1/card/",
    "/models/1/confusion/?is=fish&said=cat",
    "/models/1/confusion/base/",
    "/models/1/confusion/base/?of=cat",
]


@pytest.fixture
def judged(version: ModelVersion) -> Drawing:
    """A version with all that a page can show of it, another one, and a fish that was taken for a cat."""
    version.metrics = {"base": measured(0.912, {"cat": {"cat": 80, "fish": 20}, "fish": {"fish": 90, "cat": 10}})}
    version.save(update_fields=["metrics"])
    make_version(promoted=False)
    for days_ago in range(3):
        make_judged(version, "cat", days_ago=days_ago)
    drawing = make_judged(version, "fish")
    DayTally.objects.filter(version=1).update(judged=50, right=44)
    BandTally.objects.update(judged=200, right=176, confidence=200 * 9_300)
    history = [{"epoch": epoch, "loss": 1 / epoch, "accuracy": 1 - 0.5 / epoch} for epoch in (1, 2, 3)]
    TrainingRun.objects.create(status="succeeded", version=version, history=history, progress={"epochs": 3})
    return drawing


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(visit: Visit, judged: Drawing, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    found = {}
    for path in PAGES:
        page.goto(path)
        open_all(page)
        found[path] = violations(page)
    assert {path: complaints for path, complaints in found.items() if complaints} == {}


def test_nothing_is_wider_than_a_phone(visit: Visit, judged: Drawing) -> None:
    page = visit(viewport=PHONE, is_mobile=True)
    widths = {}
    for path in PAGES:
        page.goto(path)
        open_all(page)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(PAGES, PHONE["width"])


def test_every_chart_is_drawn_and_has_its_table(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/1/")
    expect(page.locator("[data-chart] canvas")).to_have_count(3)  # over time, reliability by people and by the test
    expect(page.locator("[data-curves] canvas")).to_have_count(2)
    tables = page.get_by_text("The same as a table")
    expect(tables).to_have_count(4)
    tables.first.click()
    expect(page.get_by_role("group", name="Answers by day").get_by_role("row")).to_have_count(1 + 3)
    expect(page.get_by_role("cell", name="76.2–94.4\xa0%").first).to_be_visible()


def test_the_legend_tells_the_latest_share_and_its_interval(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/")
    expect(page.locator("[data-chart] .u-legend").first).to_contain_text("88.0\xa0% (76.2–94.4\xa0%)")


def test_charts_are_lettered_in_the_font_of_the_page(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/")
    fonts = page.evaluate(
        """() => [
            getComputedStyle(document.querySelector("[data-chart] .u-legend th")).fontFamily,
            document.querySelector("[data-chart] canvas").getContext("2d").font,
        ]"""
    )

    assert all("Figtree" in font for font in fonts)


def test_without_javascript_everything_is_in_the_tables(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/1/", java_script_enabled=False)
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("group", name="Answers by day")).to_be_visible()


def test_a_number_in_the_confusion_matrix_leads_to_its_drawings(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/1/")
    matrix = page.get_by_role("group", name="Confusion matrix")
    matrix.get_by_role("row", name="fish").get_by_role("link", name="10").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fish, taken for cat")
    page.locator(f'a[href="/drawings/{judged.pk}/"]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fish")


def test_a_cell_of_the_picture_of_all_classes_leads_to_its_drawings(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/1/confusion/base/")
    rows = page.locator(".heat__rows li").all_text_contents()
    fish, cat = (rows.index(label) for label in ("fish", "cat"))
    place = {"x": cat * CELL_PIXELS + 6, "y": fish * CELL_PIXELS + 6}
    picture = page.locator(".heat__picture")
    picture.hover(position=place)
    expect(page.locator(".heat output")).to_have_text("fish taken for cat")
    picture.click(position=place)
    expect(page.get_by_role("heading", level=1)).to_have_text("Fish, taken for cat")


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}])
def test_each_name_stands_at_its_row_and_its_column(visit: Visit, judged: Drawing, viewport: dict[str, int]) -> None:
    page = visit("/models/1/confusion/base/", viewport=viewport)
    picture = page.locator(".heat__picture").bounding_box()
    assert picture is not None
    for axis, size, headings in (("y", "height", ".heat__rows li"), ("x", "width", ".heat__columns li")):
        for number, heading in enumerate(page.locator(headings).all()):
            box = heading.bounding_box()
            assert box is not None
            assert (box[axis] - picture[axis], box[size]) == pytest.approx((number * CELL_PIXELS, CELL_PIXELS), abs=1)


def test_the_names_stay_in_view_when_the_picture_is_scrolled(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/1/confusion/base/")
    page.locator(".heat__scroll").evaluate("box => Object.assign(box.style, { width: '9rem', height: '9rem' })")
    page.locator(".heat__scroll").evaluate("box => box.scrollTo(30, 30)")
    box = page.locator(".heat__scroll").bounding_box()
    columns, rows = (page.locator(f".heat__{name}").bounding_box() for name in ("columns", "rows"))
    assert box
    assert columns
    assert rows
    assert columns["y"] == pytest.approx(box["y"], abs=3)
    assert rows["x"] == pytest.approx(box["x"], abs=3)


def test_a_class_is_looked_up_from_the_keyboard(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/1/confusion/base/")
    page.get_by_label("What is this class confused with?").fill("cat")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cat, and what it is confused with")


def test_a_pair_is_looked_up_from_the_keyboard(visit: Visit, judged: Drawing) -> None:
    page = visit("/models/1/")
    page.get_by_label("Drawings of").fill("fish")
    page.get_by_label("Taken for").fill("cat")
    page.get_by_label("Among").select_option("what people judged")
    page.get_by_role("button", name="Show them").press("Enter")
    expect(page.locator(".exhibit")).to_have_count(1)
    assert "guess=cat" in page.url


def test_what_people_put_right_leads_to_the_gallery(visit: Visit, judged: Drawing) -> None:
    recount()
    page = visit("/models/1/")
    page.locator("section[aria-labelledby=people]").get_by_role("link", name="fish taken for cat", exact=True).click()
    expect(page.locator(".exhibit")).to_have_count(1)

"""What a visitor sees of a network that tells what it sees: similar drawings, and words that it has yet to learn."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from recognition import starter
from recognition.imaging.rasterize import rasterize
from recognition.models import DoodleClass, Game, ModelVersion
from tests.browser.hand import Visit
from tests.browser.looks import violations
from tests.factories import make_drawing
from tests.training.doodles import doodle

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def version(transactional_db: None) -> ModelVersion:
    return starter.install(starter.read())


def draw_rings(count: int) -> str:
    """Have several people draw rings; return the address of the last one."""
    for seed in range(count):
        strokes = doodle("ring", np.random.default_rng(seed))
        drawing = make_drawing(label="ring", strokes=strokes, bitmap=rasterize(strokes).tobytes())
    return f"/drawings/{drawing.pk}/"


def test_similar_drawings_come_as_one_scrolls_to_them(visit: Visit, version: ModelVersion) -> None:
    page = visit(draw_rings(4), viewport=PHONE)
    similar = page.locator("[data-alike]")
    similar.scroll_into_view_if_needed()
    expect(similar.get_by_role("img", name="ring")).to_have_count(3)
    assert not violations(page)


def test_without_javascript_similar_drawings_are_a_link_away(visit: Visit, version: ModelVersion) -> None:
    page = visit(draw_rings(4), java_script_enabled=False)
    page.get_by_role("link", name="Show similar drawings").click()
    expect(page.get_by_role("heading", name="Similar drawings")).to_be_visible()
    page.get_by_role("listitem").get_by_role("img", name="ring").first.click()
    expect(page.get_by_role("heading", name="Ring")).to_be_visible()


def test_the_game_asks_for_a_word_that_the_network_does_not_know_and_says_so(
    visit: Visit, version: ModelVersion
) -> None:
    DoodleClass.objects.create(name="zeppelin")
    page = visit("/play/")
    page.get_by_role("button", name="Let’s play").click()
    expect(page.locator("[data-card]")).to_be_visible()
    assert Game.objects.get().words.count("zeppelin") == 1
    while "zeppelin" not in page.locator("[data-word]").inner_text():
        expect(page.get_by_text("I don’t know this word yet")).to_be_hidden()
        page.get_by_role("button", name="Got it").click()
        page.get_by_role("button", name="Skip").click()
        expect(page.locator("[data-card]")).to_be_visible()
    expect(page.get_by_text("I don’t know this word yet")).to_be_visible()
    page.get_by_role("button", name="Got it").click()
    page.get_by_role("button", name="Skip").click()
    expect(page.locator(".voice__words")).to_contain_text("So that is a zeppelin")

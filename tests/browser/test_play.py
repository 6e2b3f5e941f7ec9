from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from recognition.models import DoodleClass, Drawing, Feedback, Game, ModelVersion
from tests.browser.hand import CAT, HOUSE, Hand, Visit
from tests.browser.looks import violations

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def game(visit: Visit, version: ModelVersion) -> Page:
    """A game that has just begun, with a cat and a house among its six words."""
    DoodleClass.objects.ensure(["banana", "cat", "eye", "fish", "house", "star"])
    page = visit("/play/")
    page.get_by_role("button", name="Let’s play").click()
    expect(card(page)).to_be_visible()
    return page


def card(page: Page) -> Locator:
    return page.locator("[data-card]")


def turn_to(page: Page, word: str) -> None:
    """Skip words until it is this one's turn, and take its card."""
    while word not in page.locator("[data-word]").inner_text():
        take(page)
        page.get_by_role("button", name="Skip").click()
        wait_until_over(page)
    take(page)


def take(page: Page) -> None:
    page.get_by_role("button", name="Got it").click()
    expect(card(page)).to_be_hidden()


def wait_until_over(page: Page) -> None:
    """Wait for the next card, or for the results."""
    expect(page.locator("[data-card]:not([hidden]), .rounds")).to_be_visible()


def skip_to_the_end(page: Page) -> None:
    while "/results/" not in page.url:
        take(page)
        page.get_by_role("button", name="Skip").click()
        page.wait_for_function(
            "location.pathname.endsWith('/results/') || !document.querySelector('[data-card]')?.hidden"
        )


def test_a_round_is_won_as_soon_as_the_network_sees_the_word(game: Page) -> None:
    turn_to(game, "cat")
    Hand(game).draw(CAT)
    wait_until_over(game)
    skip_to_the_end(game)
    expect(game.get_by_role("heading", level=1)).to_have_text("I guessed 1 of 6.")
    drawing = Drawing.objects.get()
    assert (str(drawing.prompt), drawing.source, drawing.game) == ("cat", "game", Game.objects.get())
    assert drawing.strokes
    assert len(drawing.strokes) <= len(CAT)


def test_when_time_is_up_what_is_drawn_is_kept(game: Page) -> None:
    game.clock.install()
    game.reload()
    turn_to(game, "cat")
    Hand(game).draw(HOUSE)
    game.clock.run_for(21_000)
    wait_until_over(game)
    skip_to_the_end(game)
    assert str(Drawing.objects.get().prompt) == "cat"


def test_a_reload_in_the_middle_of_a_round_loses_nothing(game: Page) -> None:
    turn_to(game, "house")
    Hand(game).draw(CAT[:1])
    game.reload()
    expect(game.locator("[data-wanted]")).to_have_text("Draw a house")
    game.get_by_role("button", name="Skip").click()
    wait_until_over(game)
    skip_to_the_end(game)
    drawing = Drawing.objects.get()
    assert (str(drawing.prompt), len(drawing.strokes or [])) == ("house", 1)


def test_a_lost_connection_loses_nothing(game: Page) -> None:
    turn_to(game, "house")
    game.context.set_offline(True)
    Hand(game).draw(CAT[:1])
    expect(game.locator("[data-trouble]")).to_contain_text("can’t reach the server")
    game.get_by_role("button", name="Skip").click()
    game.context.set_offline(False)
    wait_until_over(game)
    skip_to_the_end(game)
    assert str(Drawing.objects.get().prompt) == "house"


def test_the_player_confirms_what_the_next_network_learns_from(game: Page) -> None:
    turn_to(game, "house")
    Hand(game).draw(CAT[:1])
    game.get_by_role("button", name="Skip").click()
    wait_until_over(game)
    skip_to_the_end(game)
    game.get_by_role("button", name="I drew what was asked").click()
    expect(game.get_by_role("status")).to_contain_text("Thank you!")
    assert str(Feedback.objects.get().label) == "house"
    assert Drawing.objects.accepted().count() == 1


def test_playing_again_gives_another_game(game: Page) -> None:
    skip_to_the_end(game)
    game.get_by_role("button", name="Play again").click()
    expect(card(game)).to_be_visible()
    assert Game.objects.count() == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(visit: Visit, version: ModelVersion, scheme: str) -> None:
    DoodleClass.objects.ensure(["banana", "cat", "eye", "fish", "house", "star"])
    page = visit("/play/", color_scheme=scheme)
    assert violations(page) == []
    page.get_by_role("button", name="Let’s play").click()
    expect(card(page)).to_be_visible()
    assert violations(page) == []
    turn_to(page, "cat")
    assert violations(page) == []
    Hand(page).draw(HOUSE)
    page.get_by_role("button", name="Skip").click()
    wait_until_over(page)
    skip_to_the_end(page)
    assert violations(page) == []


def test_nothing_is_wider_than_a_phone(visit: Visit, version: ModelVersion) -> None:
    DoodleClass.objects.ensure(["banana", "cat", "eye", "fish", "house", "star"])
    page = visit("/play/", viewport=PHONE)
    page.get_by_role("button", name="Let’s play").click()
    expect(card(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    skip_to_the_end(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

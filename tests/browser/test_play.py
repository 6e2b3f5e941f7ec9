from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from recognition.models import DoodleClass, Drawing, Feedback, Game, ModelVersion
from tests.browser.hand import CAT, HOUSE, Hand, Visit, words
from tests.browser.looks import violations

pytestmark = pytest.mark.browser

# The first line of a house: so far the network sees a house, 68 % sure; with the next point it sees a star.
*GUESSED, SPOILING = zip(*HOUSE[0], strict=True)
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
        skip(page)
        wait_until_over(page)
    take(page)


def skip(page: Page) -> None:
    take(page)
    page.get_by_role("button", name="Skip").click()


def take(page: Page) -> None:
    page.get_by_role("button", name="Got it").click()
    expect(card(page)).to_be_hidden()


def wait_until_over(page: Page) -> None:
    """Wait for the next card, or for the results."""
    expect(page.locator("[data-card]:not([hidden]), .rounds")).to_be_visible()


def skip_to_the_end(page: Page) -> None:
    while "/results/" not in page.url:
        skip(page)
        wait_until_over(page)


@pytest.fixture
def house_turn(game: Page) -> Page:
    """A game whose clock stands, after the first seconds of the round in which a house is to be drawn."""
    game.clock.install()
    game.reload()
    turn_to(game, "house")
    game.clock.pause_at(game.evaluate("Date.now()") / 1000 + 4)
    return game


def draw_until_guessed(page: Page) -> Hand:
    """Draw so much of a house as the network recognizes, and keep the pen on the sheet."""
    hand = Hand(page)
    hand.down(*GUESSED[0])
    for point in GUESSED[1:]:
        hand.move(*point)
    page.clock.run_for(200)
    return hand


def ink(page: Page) -> int:
    """Count the pixels of the sheet that are drawn on."""
    count: int = page.locator("canvas").evaluate(
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
        ".data.filter((value, index) => index % 4 === 3 && value > 0).length"
    )
    return count


def test_who_wins_in_the_middle_of_a_line_reads_that_until_the_next_card_is_taken(house_turn: Page) -> None:
    hand = draw_until_guessed(house_turn)
    expect(words(house_turn)).to_have_text("I know: a house!")
    for phase in ("won", "card"):
        hand.move(*SPOILING)
        hand.move(*GUESSED[0])
        house_turn.clock.run_for(1400)
        expect(house_turn.locator("main")).to_have_attribute("data-phase", phase)
        expect(words(house_turn)).to_have_text("I know: a house!")


def test_a_won_round_stays_won_whatever_is_drawn_while_the_guess_is_on_its_way(house_turn: Page) -> None:
    held: list[Route] = []
    house_turn.route("**/guesses/", lambda route: held.append(route))
    with house_turn.expect_request("**/guesses/"):
        hand = draw_until_guessed(house_turn)
    hand.move(*SPOILING)
    held.pop().continue_()
    expect(words(house_turn)).to_have_text("I know: a house!")
    hand.up()
    house_turn.clock.resume()
    wait_until_over(house_turn)
    skip_to_the_end(house_turn)
    expect(house_turn.get_by_role("heading", level=1)).to_have_text("I guessed 1 of 6.")
    drawing = Drawing.objects.get()
    assert (drawing.won, drawing.first_prediction().label) == (True, "star")  # type: ignore[union-attr]


def test_the_finished_drawing_is_held_with_the_score(house_turn: Page) -> None:
    draw_until_guessed(house_turn)
    expect(house_turn.locator("[data-outcome=won]")).to_have_count(1)
    expect(house_turn.locator("[data-score]")).to_have_text("1 guessed")
    expect(house_turn.get_by_role("status")).to_have_text("I know: a house! 1 guessed.")
    drawn = ink(house_turn)
    assert drawn > 0
    house_turn.reload()
    assert ink(house_turn) == drawn
    house_turn.clock.run_for(1600)
    expect(card(house_turn)).to_be_visible()
    expect(house_turn.locator("[data-score]")).to_have_text("1 guessed")


def test_in_the_first_three_seconds_only_a_confident_guess_wins(game: Page) -> None:
    game.clock.install()
    game.reload()
    turn_to(game, "house")
    game.clock.pause_at(game.evaluate("Date.now()") / 1000 + 0.1)
    draw_until_guessed(game)
    expect(words(game)).to_have_text("It looks like a house.")
    expect(game.locator("main")).to_have_attribute("data-phase", "drawing")
    game.clock.run_for(3000)
    expect(words(game)).to_have_text("I know: a house!")


def test_lines_are_undone_and_redone_with_keys(game: Page) -> None:
    turn_to(game, "house")
    hand = Hand(game)
    blank = ink(game)
    hand.draw(CAT[3:4])
    one = ink(game)
    hand.draw(CAT[4:5])
    two = ink(game)
    assert blank < one < two
    keys = {"Control+z": one, "z": blank, "Shift+z": one, "Control+y": two, "c": blank, "Control+Z": two}
    for key, expected in keys.items():
        game.keyboard.press(key)
        assert ink(game) == expected, key


def test_a_key_shows_the_help(game: Page) -> None:
    take(game)
    game.keyboard.press("?")
    expect(game.get_by_role("dialog", name="How to play")).to_be_visible()


def test_who_left_a_game_can_go_on_with_it(game: Page) -> None:
    skip(game)
    expect(card(game)).to_be_visible()
    game.goto("/play/")
    game.get_by_role("link", name="Go on (drawing 2 of 6)").click()
    expect(game.locator("[data-count]")).to_have_text("Drawing 2 of 6")


def test_a_game_that_is_over_is_not_offered_again(game: Page) -> None:
    skip_to_the_end(game)
    game.goto("/play/")
    expect(game.get_by_role("button", name="Let’s play")).to_be_visible()
    expect(game.locator("[data-go-on]")).to_be_hidden()


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
    game.get_by_role("button", name="Learn from my drawings").click()
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

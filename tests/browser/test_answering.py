from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from recognition.models import DoodleClass, Drawing, Feedback, ModelVersion, WordProposal
from tests.browser.hand import CAT, Hand, Visit, words
from tests.factories import make_version

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(page: Page) -> Page:
    """A real cat was drawn and stored; the page asks whether it was one."""
    Hand(page).draw(CAT)
    with page.expect_response("**/api/v1/classes/**"):  # the words to choose from
        page.get_by_role("button", name="Done").click()
    expect(words(page)).to_have_text("Was it a cat?")
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def thanked(page: Page) -> None:
    expect(words(page)).to_contain_text("Thank you")
    expect(page.get_by_role("button", name="Draw another")).to_be_focused()


def option(page: Page, name: str) -> Locator:
    return page.get_by_role("option", name=name, exact=True)


def test_done_stores_the_drawing_with_what_the_network_said(asked: Page) -> None:
    prediction = Drawing.objects.get().predictions.get()

    assert (prediction.label, prediction.recognized) == ("cat", True)


def test_yes_is_stored_as_the_label(asked: Page) -> None:
    press(asked, "Yes")
    thanked(asked)

    assert Feedback.objects.get().correct
    assert Drawing.objects.get().label == DoodleClass.objects.get(name="cat")


def test_no_and_one_of_the_next_best_guesses(asked: Page) -> None:
    press(asked, "No")
    press(asked, "fish")
    thanked(asked)

    assert Drawing.objects.get().label == DoodleClass.objects.get(name="fish")


def test_no_and_a_word_that_is_searched_for(asked: Page) -> None:
    press(asked, "No")
    asked.get_by_role("combobox").fill("ban")
    option(asked, "banana").click()
    thanked(asked)

    feedback = Feedback.objects.get()
    assert (feedback.correct, feedback.label) == (False, DoodleClass.objects.get(name="banana"))


def test_none_of_these_is_an_answer_too(asked: Page) -> None:
    press(asked, "No")
    press(asked, "None of these")
    thanked(asked)

    feedback = Feedback.objects.get()
    assert (feedback.correct, feedback.label) == (False, None)


@pytest.mark.parametrize("key", [None, "Enter"])
def test_a_word_that_is_missing_can_be_proposed(asked: Page, key: str | None) -> None:
    press(asked, "No")
    asked.get_by_role("combobox").fill("Yacht")
    if key:
        asked.keyboard.press(key)
    else:
        press(asked, "Teach me: Yacht")

    expect(words(asked)).to_have_text("I may learn yacht: 1 of 10 drawings so far.")
    assert [one.name for one in WordProposal.objects.all()] == ["yacht"]


def test_a_text_that_is_no_word_can_be_corrected(asked: Page) -> None:
    press(asked, "No")
    asked.get_by_role("combobox").fill("???")
    press(asked, "Teach me: ???")

    expect(asked.locator("[data-trouble]")).to_contain_text("Only letters, digits, spaces, hyphens and apostrophes")
    expect(asked.get_by_role("combobox")).to_be_visible()


def test_the_answer_can_be_changed(asked: Page) -> None:
    press(asked, "Yes")
    thanked(asked)
    press(asked, "Change answer")
    press(asked, "No")
    press(asked, "house")
    thanked(asked)

    assert Feedback.objects.get().label == DoodleClass.objects.get(name="house")


def test_no_can_be_taken_back(asked: Page) -> None:
    press(asked, "No")
    press(asked, "Back")

    expect(words(asked)).to_have_text("Was it a cat?")


def test_the_picture_that_the_network_saw_is_shown(asked: Page) -> None:
    picture = asked.get_by_role("img", name="Your drawing in 28 by 28 pixels")
    expect(picture).to_be_visible()

    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert picture.evaluate("image => getComputedStyle(image).imageRendering") == "pixelated"


def test_draw_another_starts_with_a_blank_sheet(asked: Page) -> None:
    press(asked, "Skip")
    expect(words(asked)).to_contain_text("Draw something")
    Hand(asked).draw(CAT)
    press(asked, "Done")
    expect(words(asked)).to_have_text("Was it a cat?")

    assert Drawing.objects.count() == 2


def test_drawing_on_after_the_thanks_is_another_drawing(asked: Page) -> None:
    press(asked, "Yes")
    thanked(asked)
    Hand(asked).draw(CAT[:1])

    expect(asked.get_by_role("img", name="Your drawing: 1 line")).to_be_visible()


def test_a_stored_drawing_cannot_be_drawn_on(asked: Page) -> None:
    Hand(asked).draw(CAT[:1])
    asked.keyboard.press("z")

    expect(asked.get_by_role("img", name=f"Your drawing: {len(CAT)} lines")).to_be_visible()


def test_a_reload_while_asked_asks_again_and_stores_nothing_twice(asked: Page) -> None:
    asked.reload()
    expect(words(asked)).to_have_text("Was it a cat?")
    press(asked, "No")
    press(asked, "fish")
    thanked(asked)

    assert Drawing.objects.get().label == DoodleClass.objects.get(name="fish")


def test_what_is_finished_does_not_come_back(asked: Page) -> None:
    press(asked, "Yes")
    thanked(asked)
    asked.goto("/gallery/")
    asked.goto("/")

    expect(words(asked)).to_contain_text("Draw something")
    expect(asked.get_by_role("img", name="Your drawing: nothing yet")).to_be_visible()


def test_a_finished_drawing_can_be_shared_and_taken_along(asked: Page) -> None:
    asked.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(asked, "Yes")
    thanked(asked)
    press(asked, "Copy the link")
    expect(asked.get_by_text("The link is copied.")).to_be_visible()

    assert asked.evaluate("navigator.clipboard.readText()").endswith(f"/drawings/{Drawing.objects.get().pk}/")
    for name in ("Its page", "PNG", "SVG", "How others drew it", "My drawings"):
        address = asked.get_by_role("link", name=name, exact=True).evaluate("link => link.href")
        assert asked.request.get(address).ok, name


def test_what_is_kept_private_is_only_for_the_one_who_drew_it(visit: Visit, version: ModelVersion) -> None:
    page = visit()
    page.get_by_label("Keep it to myself").check()
    page.reload()
    expect(page.get_by_text("Done keeps it for you")).to_be_visible()
    Hand(page).draw(CAT)
    press(page, "Done")
    press(page, "Yes")
    thanked(page)
    expect(page.get_by_role("button", name="Copy the link")).to_be_hidden()
    page.goto("/gallery/")
    expect(page.locator(".exhibit")).to_have_count(0)
    page.goto("/mine/")
    expect(page.locator(".exhibit")).to_contain_text("only for you")

    assert visit().goto(f"/drawings/{Drawing.objects.get().pk}/").status == 404


def test_an_unsure_network_says_so_before_and_after_done(visit: Visit, transactional_db: None) -> None:
    make_version(threshold=1.1)
    page = visit()
    Hand(page).draw(CAT)
    expect(words(page)).to_have_text("I don’t know, maybe a cat?")
    press(page, "Done")

    expect(words(page)).to_have_text("I don’t know. Was it a cat?")


def test_without_a_network_the_drawing_is_stored_and_asked_about(visit: Visit, transactional_db: None) -> None:
    DoodleClass.objects.ensure(["cat", "dog"])
    page = visit()
    Hand(page).draw(CAT)
    expect(page.locator("[data-trouble]")).to_contain_text("I can’t guess just now")
    press(page, "Done")
    page.get_by_role("combobox").fill("do")
    option(page, "dog").click()
    thanked(page)

    assert Drawing.objects.get().label == DoodleClass.objects.get(name="dog")


def test_the_list_follows_the_arrow_keys(asked: Page) -> None:
    press(asked, "No")
    box = asked.get_by_role("combobox")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    asked.keyboard.press("ArrowDown")
    expect(option(asked, "banana")).to_have_attribute("aria-selected", "true")
    asked.keyboard.press("ArrowUp")
    expect(option(asked, "star")).to_have_attribute("aria-selected", "true")
    active = box.get_attribute("aria-activedescendant")

    assert active == option(asked, "star").get_attribute("id")


def test_escape_closes_the_list_and_then_empties_the_field(asked: Page) -> None:
    press(asked, "No")
    box = asked.get_by_role("combobox")
    box.fill("s")
    expect(asked.get_by_role("listbox")).to_be_visible()
    asked.keyboard.press("Escape")
    expect(asked.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("s")
    asked.keyboard.press("Escape")

    expect(box).to_have_value("")


def test_an_unknown_word_is_said_to_be_unknown(asked: Page) -> None:
    press(asked, "No")
    asked.get_by_role("combobox").fill("qqq")

    expect(asked.get_by_text("I don’t know that word yet.")).to_be_visible()


def test_everything_but_the_lines_by_keyboard(page: Page, version: ModelVersion) -> None:
    Hand(page).draw(CAT)
    page.keyboard.press("Enter")
    expect(words(page)).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.type("hou")
    expect(option(page, "house")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    thanked(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # change answer
    expect(words(page)).to_have_text("Was it a cat?")
    page.keyboard.press("y")
    thanked(page)
    page.keyboard.press("d")

    expect(words(page)).to_contain_text("Draw something")
    assert Drawing.objects.get().label == DoodleClass.objects.get(name="cat")


def test_every_tool_can_be_reached_with_tab_and_shows_that_it_is(page: Page) -> None:
    Hand(page).draw(CAT[:1])
    names = []
    for _ in range(14):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText"))
        assert page.evaluate("""() => {
            const active = document.activeElement;
            const shown = active.matches("[type=radio]") ? active.nextElementSibling : active;
            return parseFloat(getComputedStyle(shown).outlineWidth) >= 2;
        }""")

    for name in ("Ink", "Medium line", "Undo", "Redo", "Clear the sheet", "Choose a picture instead", "Done"):
        assert name in names

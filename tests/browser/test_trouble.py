from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from recognition.models import Drawing, Feedback
from tests.browser.hand import CAT, Hand, words

pytestmark = pytest.mark.browser

DRAWINGS = "**/api/v1/drawings/"
GUESSES = "**/api/v1/guesses/"
FEEDBACK = "**/feedback/"


def trouble(page: Page) -> Locator:
    return page.locator("[data-trouble]")


def retry(page: Page) -> None:
    page.get_by_role("button", name="Try again").click()


def done(page: Page) -> None:
    page.get_by_role("button", name="Done").click()


def test_offline_the_drawing_stays_and_a_retry_stores_it_once(page: Page) -> None:
    Hand(page).draw(CAT)
    page.route(DRAWINGS, lambda route: route.abort())
    done(page)
    expect(trouble(page)).to_contain_text("I can’t reach the server. Your drawing stays here.")
    expect(page.get_by_role("img", name=f"Your drawing: {len(CAT)} lines")).to_be_visible()
    page.unroute(DRAWINGS)
    retry(page)
    expect(words(page)).to_have_text("Was it a cat?")

    assert Drawing.objects.count() == 1


def test_an_answer_lost_on_the_way_back_does_not_store_twice(page: Page) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    Hand(page).draw(CAT)
    page.route(DRAWINGS, lose)
    done(page)
    expect(trouble(page)).to_be_visible()
    page.unroute(DRAWINGS)
    retry(page)
    expect(words(page)).to_have_text("Was it a cat?")

    assert Drawing.objects.count() == 1


def test_the_drawing_survives_a_reload_while_offline(page: Page) -> None:
    Hand(page).draw(CAT)
    page.route(DRAWINGS, lambda route: route.abort())
    done(page)
    expect(trouble(page)).to_be_visible()
    page.unroute(DRAWINGS)
    page.reload()
    done(page)
    expect(words(page)).to_have_text("Was it a cat?")

    assert Drawing.objects.count() == 1


def test_coming_online_retries_by_itself(page: Page) -> None:
    page.context.set_offline(True)
    Hand(page).draw(CAT)
    expect(trouble(page)).to_contain_text("I can’t reach the server")
    page.context.set_offline(False)

    expect(words(page)).to_have_text("I see a cat!")
    expect(trouble(page)).to_be_hidden()


def test_feedback_that_did_not_arrive_is_sent_again(page: Page) -> None:
    Hand(page).draw(CAT)
    done(page)
    page.route(FEEDBACK, lambda route: route.abort())
    page.get_by_role("button", name="Yes").click()
    expect(trouble(page)).to_be_visible()
    expect(words(page)).to_have_text("Was it a cat?")
    page.unroute(FEEDBACK)
    retry(page)
    expect(page.get_by_role("button", name="Draw another")).to_be_focused()

    assert Feedback.objects.get().correct


def test_too_many_requests_say_when_to_try_again(page: Page) -> None:
    too_many = {"status": 429, "headers": {"Retry-After": "30"}, "json": {"detail": "Request was throttled."}}
    page.route(DRAWINGS, lambda route: route.fulfill(**too_many))
    Hand(page).draw(CAT)
    done(page)

    expect(trouble(page)).to_contain_text("Try again in")
    expect(page.get_by_role("button", name="Try again")).to_have_attribute("aria-disabled", "true")


def test_too_many_guesses_say_so_until_the_time_has_come(page: Page) -> None:
    too_many = {"status": 429, "headers": {"Retry-After": "30"}, "json": {"detail": "Request was throttled."}}
    page.route(GUESSES, lambda route: route.fulfill(**too_many))
    Hand(page).draw(CAT)

    expect(trouble(page)).to_contain_text("That was a lot at once. Try again in")


def test_a_refusal_is_shown_in_the_words_of_the_server(page: Page) -> None:
    refusal = {"status": 400, "json": {"strokes": ["strokes has 401 strokes; at most 400 are allowed."]}}
    page.route(DRAWINGS, lambda route: route.fulfill(**refusal))
    Hand(page).draw(CAT)
    done(page)

    expect(trouble(page)).to_contain_text("at most 400 are allowed")


def test_a_broken_answer_is_no_answer(page: Page) -> None:
    page.route(DRAWINGS, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    Hand(page).draw(CAT)
    done(page)

    expect(trouble(page)).to_contain_text("The server has a problem")


def test_trouble_is_said_aloud(page: Page) -> None:
    page.route(GUESSES, lambda route: route.abort())
    Hand(page).draw(CAT)

    expect(page.get_by_role("alert")).to_contain_text("I can’t reach the server")


def test_drawing_goes_on_while_the_server_is_out_of_reach(page: Page) -> None:
    page.route(GUESSES, lambda route: route.abort())
    Hand(page).draw(CAT[:2])
    expect(trouble(page)).to_be_visible()
    page.unroute(GUESSES)
    Hand(page).draw(CAT[2:])

    expect(words(page)).to_have_text("I see a cat!")
    expect(trouble(page)).to_be_hidden()


def test_the_settled_guess_is_announced_and_the_thanks_too(page: Page) -> None:
    Hand(page).draw(CAT)
    expect(page.get_by_role("status")).to_have_text("I see a cat!")
    done(page)
    page.get_by_role("button", name="Yes").click()

    expect(page.locator("[data-status]")).to_contain_text("Hooray, a cat! Thank you.")

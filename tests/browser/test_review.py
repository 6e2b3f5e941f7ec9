from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from recognition.models import Contributor, Drawing, ModelVersion
from tests.browser.hand import Visit
from tests.browser.looks import violations
from tests.factories import fail_on_gold, make_class, make_prediction, propose
from tests.training.suspected import make_suspects
from training.models import Suspect

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def signed_in(visit: Visit, version: ModelVersion) -> Page:
    """The about page, with an administrator's session, and three drawings that wait."""
    make_class("house")
    for _ in range(3):
        make_prediction(propose("cat"), version)
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    page = visit("/about/")
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    page.context.add_cookies([{**cookie, "domain": "localhost", "path": "/"}])
    page.goto("/review/")
    return page


def test_drawings_are_judged_one_after_the_other_with_single_keys(signed_in: Page) -> None:
    expect(signed_in.get_by_text("3 waiting, 0 done today")).to_be_visible()
    signed_in.keyboard.press("y")
    expect(signed_in.get_by_text("2 waiting, 1 done today")).to_be_visible()
    signed_in.keyboard.press("i")
    expect(signed_in.get_by_text("1 waiting, 2 done today")).to_be_visible()
    signed_in.keyboard.press("u")
    expect(signed_in.get_by_text("2 waiting, 1 done today")).to_be_visible()
    signed_in.keyboard.press("n")
    expect(signed_in.get_by_text("1 waiting, 2 done today")).to_be_visible()
    signed_in.keyboard.press("o")
    signed_in.keyboard.type("house")
    signed_in.get_by_role("button", name="Save this answer").click()
    expect(signed_in.get_by_text("Everything is reviewed.")).to_be_visible()
    assert sorted((str(one.label), one.status) for one in Drawing.objects.all()) == [
        ("None", "rejected"),
        ("cat", "accepted"),
        ("house", "accepted"),
    ]


def test_what_may_be_labelled_wrong_is_kept_or_left_out_with_single_keys(signed_in: Page) -> None:
    make_suspects(3)
    signed_in.get_by_role("navigation", name="Review").get_by_role("link", name="Quick, Draw!").click()
    expect(signed_in.get_by_role("heading", name="Is this “cat”?")).to_be_visible()
    expect(signed_in.get_by_text("3 waiting, 0 done today")).to_be_visible()
    signed_in.keyboard.press("n")
    expect(signed_in.get_by_text("2 waiting, 1 done today")).to_be_visible()
    signed_in.keyboard.press("y")
    expect(signed_in.get_by_text("1 waiting, 2 done today")).to_be_visible()
    signed_in.keyboard.press("u")
    expect(signed_in.get_by_text("2 waiting, 1 done today")).to_be_visible()
    signed_in.keyboard.press("n")
    expect(signed_in.get_by_text("1 waiting, 2 done today")).to_be_visible()
    signed_in.keyboard.press("s")
    expect(signed_in.get_by_text("Everything is reviewed.")).to_be_visible()
    signed_in.get_by_role("link", name="What was left out").click()
    signed_in.get_by_role("button", name="Take back this cat").first.click()
    expect(signed_in.get_by_text("Taken back. The next data set uses it again.")).to_be_visible()
    assert Suspect.objects.excluded().count() == 1


def test_reviewers_are_told_how_good_they_are(signed_in: Page) -> None:
    fail_on_gold(Contributor.objects.of_user(User.objects.get()))
    signed_in.get_by_role("link", name="Reviewers").click()
    expect(signed_in.get_by_text("0 of 6").first).to_be_visible()
    signed_in.get_by_role("button", name="Let admin start over").click()
    expect(signed_in.get_by_text("admin starts afresh.")).to_be_visible()
    expect(signed_in.get_by_text("You have not reviewed anything yet.")).to_be_visible()


@pytest.mark.parametrize("path", ["/review/", "/review/base/", "/review/base/excluded/", "/review/people/"])
def test_they_look_right_on_a_phone_and_to_axe(signed_in: Page, path: str) -> None:
    excluded, _ = make_suspects(2)
    admin = User.objects.get()
    Suspect.objects.decide(excluded.pk, Suspect.Decision.EXCLUDED, admin)
    fail_on_gold(Contributor.objects.of_user(admin))
    for scheme in ("light", "dark"):
        signed_in.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        signed_in.goto(path)
        assert violations(signed_in) == []
    signed_in.set_viewport_size(PHONE)
    assert signed_in.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

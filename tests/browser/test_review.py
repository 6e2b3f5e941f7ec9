from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from recognition.models import Drawing, ModelVersion
from tests.browser.hand import Visit
from tests.browser.looks import violations
from tests.factories import make_class, make_prediction, propose

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
    signed_in.get_by_role("button", name="It is that").click()
    expect(signed_in.get_by_text("Nothing is left to look at.")).to_be_visible()
    assert sorted((str(one.label), one.status) for one in Drawing.objects.all()) == [
        ("None", "rejected"),
        ("cat", "accepted"),
        ("house", "accepted"),
    ]


def test_it_looks_right_on_a_phone_and_to_axe(signed_in: Page) -> None:
    assert violations(signed_in) == []
    signed_in.set_viewport_size(PHONE)
    assert signed_in.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

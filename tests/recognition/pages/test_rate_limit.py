from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from recognition.accounts.identity import COOKIE
from recognition.labeling.review_queue import ReviewReason, queue_for
from recognition.models import Contributor, Drawing, Game, Report
from recognition.pages.urls import urlpatterns as recognition_pages
from recognition.throttling import rate_limit
from tests.factories import make_class, make_drawing, make_version

pytestmark = pytest.mark.django_db

FOR_STAFF = {"judge", "undo-review", "reviewers", "reviewer-afresh"}


@pytest.fixture(autouse=True)
def counter(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    monkeypatch.setattr(rate_limit, "_counter", rate_limit.RateLimiter())


def newcomer() -> Client:
    """A browser with a cookie of its own."""
    client = Client()
    client.get("/")
    return client


def test_a_drawings_page_that_is_asked_for_too_often_says_when_to_come_back(settings: Settings) -> None:
    settings.API_RATES = {"pages": (2, 120)}
    drawing = make_drawing("cat", label="cat")
    client = newcomer()
    answers = [client.get(reverse(name, args=[drawing.pk])) for name in ("drawing", "drawing-png", "drawing")]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 120
    assert "Please come back in 2 minutes" in answers[-1].content.decode()
    assert newcomer().get(reverse("drawing", args=[drawing.pk])).status_code == 200


def test_looking_into_the_network_is_limited_as_well(settings: Settings) -> None:
    settings.API_RATES = {"pages": (2, 120)}
    client = newcomer()

    assert [client.get(reverse("about")).status_code for _ in range(3)] == [200, 200, 429]


def test_looking_around_is_limited_generously_and_with_a_page_that_says_so(settings: Settings) -> None:
    settings.API_RATES = {"reads": (2, 120), "pages": (1, 120)}
    client = newcomer()
    answers = [client.get(path) for path in ("/gallery/", "/models/", "/gallery/")]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "A little slower, please." in answers[-1].content.decode()
    assert client.get(reverse("about")).status_code == 200


def test_every_page_that_anybody_may_ask_for_is_limited() -> None:
    unlimited = [pattern.name for pattern in recognition_pages if not hasattr(pattern.callback, "limited_by")]

    assert set(unlimited) - FOR_STAFF == {"delete-drawing", "forget-me"}  # whose are their own


def test_new_cookies_are_no_new_allowance_for_reports(settings: Settings) -> None:
    settings.ADDRESS_RATES = {"reports": (3, 3600)}
    drawings = [make_drawing("cat", label="cat") for _ in range(5)]
    statuses = [newcomer().post(reverse("report-drawing", args=[drawing.pk])).status_code for drawing in drawings]

    assert statuses == [200, 200, 200, 429, 429]
    assert Report.objects.count() == 3


def test_fresh_cookies_of_one_address_hide_only_so_many_drawings_until_somebody_looks(settings: Settings) -> None:
    settings.ADDRESS_RATES = {"hidden": (2, 3600)}
    drawings = [make_drawing("cat", label="cat") for _ in range(3)]
    pages = [newcomer().post(reverse("report-drawing", args=[drawing.pk])).content.decode() for drawing in drawings]

    assert [Drawing.objects.get(pk=drawing.pk).moderation for drawing in drawings] == ["reported", "reported", ""]
    assert ["is hidden until" in page for page in pages] == [True, True, False]
    reasons = {item.drawing_id: item.reason for item in queue_for(Contributor(), set())}
    assert reasons[drawings[2].pk] == ReviewReason.REPORTED


def test_fresh_cookies_of_one_address_report_a_drawing_once() -> None:
    drawing = make_drawing("cat", label="cat")
    for _ in range(3):
        newcomer().post(reverse("report-drawing", args=[drawing.pk]))
    from_elsewhere = newcomer()
    from_elsewhere.post(reverse("report-drawing", args=[drawing.pk]), REMOTE_ADDR="192.0.2.2")

    assert Report.objects.count() == 1  # it is hidden by now: the others do not see it
    Drawing.objects.update(moderation=Drawing.Moderation.APPROVED)
    newcomer().post(reverse("report-drawing", args=[drawing.pk]))
    from_elsewhere.post(reverse("report-drawing", args=[drawing.pk]), REMOTE_ADDR="192.0.2.2")
    assert Report.objects.count() == 2


def test_who_reports_one_after_the_other_is_told_to_wait(settings: Settings) -> None:
    settings.API_RATES = {"reports": (2, 3600)}
    client = newcomer()
    drawings = [make_drawing("cat", label="cat") for _ in range(3)]
    statuses = [client.post(reverse("report-drawing", args=[drawing.pk])).status_code for drawing in drawings]

    assert statuses == [200, 200, 429]


def test_one_address_gets_only_so_many_cookies_and_everybody_may_draw_on(settings: Settings) -> None:
    settings.ADDRESS_RATES = {"contributors": (2, 3600)}
    answers = [Client().get("/") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert [COOKIE in answer.cookies for answer in answers] == [True, True, False, False]
    assert COOKIE in Client().get("/", REMOTE_ADDR="192.0.2.2").cookies


def test_who_has_a_cookie_keeps_it_however_many_come(settings: Settings) -> None:
    settings.ADDRESS_RATES = {"contributors": (1, 3600)}
    client = newcomer()

    assert [COOKIE in client.get("/").cookies for _ in range(3)] == [True] * 3


def test_a_game_needs_a_cookie_so_too_many_newcomers_have_to_wait(settings: Settings) -> None:
    settings.ADDRESS_RATES = {"contributors": (1, 3600)}
    for label in make_version().labels:
        make_class(label)
    first, second = Client(), Client()

    assert [client.post("/play/").status_code for client in (first, second)] == [302, 429]
    assert first.post("/play/").status_code == 302
    assert Game.objects.count() == 2


def test_games_are_limited(settings: Settings) -> None:
    settings.API_RATES = {"games": (1, 60)}
    for label in make_version().labels:
        make_class(label)
    client = newcomer()

    assert [client.post("/play/").status_code for _ in range(2)] == [302, 429]

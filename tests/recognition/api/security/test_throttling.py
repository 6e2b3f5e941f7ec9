from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings
from rest_framework.test import APIClient

from doodlesite.settings import env
from recognition.models import Contributor, Drawing, ModelVersion
from recognition.throttling import expensive, rate_limit
from recognition.throttling.expensive import bounded
from tests.factories import strokes_of
from tests.recognition.api.conftest import with_cookie
from tests.services.site import wait_until

CAT = {"strokes": strokes_of("cat")}
GUESSES = "/api/v1/guesses/"


@pytest.fixture(autouse=True)
def two_a_day(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_RATES = dict.fromkeys(("drawings", "guesses", "feedback"), (2, 86400))
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    monkeypatch.setattr(rate_limit, "_counter", rate_limit.RateLimiter())


def statuses(client: APIClient, times: int, **address: str) -> list[int]:
    return [client.post(GUESSES, {"drawings": [CAT]}, **address).status_code for _ in range(times)]


def test_too_many_requests_are_told_when_to_come_back(api: APIClient, version: ModelVersion) -> None:
    statuses(api, 2)

    response = api.post(GUESSES, {"drawings": [CAT]})

    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 86400
    assert "throttled" in response.json()["detail"]


def test_each_contributor_has_a_limit_of_their_own(browser: APIClient, version: ModelVersion) -> None:
    another = with_cookie(APIClient(), Contributor())

    assert statuses(browser, 3) == [200, 200, 429]
    assert statuses(another, 3) == [200, 200, 429]


def test_each_address_has_a_limit_of_its_own(api: APIClient, version: ModelVersion) -> None:
    assert statuses(api, 3, REMOTE_ADDR="192.0.2.1") == [200, 200, 429]
    assert statuses(api, 1, REMOTE_ADDR="192.0.2.2") == [200]


def test_nobody_escapes_by_a_made_up_forwarding_header(api: APIClient, version: ModelVersion) -> None:
    assert [statuses(api, 1, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}") for number in range(3)][-1] == [429]


def test_each_token_has_a_limit_of_its_own(program: Callable[..., APIClient], version: ModelVersion) -> None:
    assert statuses(program("recognize"), 3) == [200, 200, 429]
    assert statuses(program("recognize", username="other"), 1) == [200]


def test_each_kind_of_request_has_a_limit_of_its_own(api: APIClient, version: ModelVersion) -> None:
    statuses(api, 3)

    assert api.post("/api/v1/drawings/", CAT).status_code == 201


def test_reading_has_a_limit_of_its_own(api: APIClient, settings: Settings) -> None:
    settings.API_RATES = {"reads": (3, 86400), "drawings": (1, 86400)}
    paths = ("/api/v1/drawings/", "/api/v1/classes/", "/api/v1/model-versions/", "/api/v1/drawings/")
    answers = [api.get(path) for path in paths]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 86400


def test_what_has_no_limit_of_its_own_counts_as_reading(api: APIClient, settings: Settings) -> None:
    settings.API_RATES = {"reads": (1, 86400)}

    assert [api.delete(f"/api/v1/drawings/{UUID(int=1)}/").status_code for _ in range(2)] == [404, 429]


def test_a_rate_that_is_off_limits_nothing(api: APIClient, version: ModelVersion, settings: Settings) -> None:
    settings.API_RATES = {"guesses": None}

    assert set(statuses(api, 5)) == {200}


def test_people_behind_one_address_share_what_is_allowed_there(version: ModelVersion, settings: Settings) -> None:
    settings.ADDRESS_RATES = {"guesses": (3, 86400)}
    browsers = [with_cookie(APIClient(), Contributor()) for _ in range(3)]

    assert [statuses(browser, 1)[0] for browser in (*browsers, browsers[0])] == [200, 200, 200, 429]
    assert statuses(browsers[0], 1, REMOTE_ADDR="192.0.2.2") == [200]


def test_a_token_is_not_held_up_by_others_at_its_address(
    api: APIClient, program: Callable[..., APIClient], version: ModelVersion, settings: Settings
) -> None:
    settings.ADDRESS_RATES = {"guesses": (1, 86400)}

    assert statuses(api, 2) == [200, 429]
    assert statuses(program("recognize"), 1) == [200]


def test_behind_a_proxy_each_client_has_a_limit_of_its_own(
    api: APIClient, version: ModelVersion, settings: Settings
) -> None:
    settings.PROXIES = 1

    assert statuses(api, 3, HTTP_X_FORWARDED_FOR="10.0.0.1, 192.0.2.1") == [200, 200, 429]
    assert statuses(api, 1, HTTP_X_FORWARDED_FOR="10.0.0.1, 192.0.2.2") == [200]


def test_without_redis_the_limits_of_the_process_hold(
    api: APIClient, version: ModelVersion, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "recognition"):
        assert statuses(api, 3) == [200, 200, 429]

    ours = [record for record in caplog.records if record.name == "recognition.throttling.rate_limit"]
    assert len(ours) == 1
    assert "until Redis can be reached again" in ours[0].getMessage()


@pytest.mark.parametrize(
    ("given", "together"),
    [({}, (1200, 60)), ({"X": "off"}, None), ({"X_ADDRESS": "7/s"}, (7, 1)), ({"X": "2/s"}, (20, 1))],
)
def test_all_behind_one_address_may_do_as_much_as_a_crowd_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], together: tuple[int, int] | None
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert env.rates("X", "120/min", people=10)[1] == together


@pytest.mark.parametrize(("value", "rate"), [("5/s", (5, 1)), ("120/min", (120, 60)), ("9/day", (9, 86400))])
def test_rates_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, value: str, rate: tuple[int, int]
) -> None:
    monkeypatch.setenv("DOODLE_RATE_DRAWINGS", value)

    assert env.rate("DOODLE_RATE_DRAWINGS", default="1/s") == rate


def test_a_rate_may_be_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOODLE_RATE_DRAWINGS", "off")

    assert env.rate("DOODLE_RATE_DRAWINGS", default="1/s") is None


@pytest.mark.parametrize("value", ["120", "0/min", "many/min", "5/fortnight", "-1/s"])
def test_a_rate_that_is_none_is_named_at_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DOODLE_RATE_DRAWINGS", value)

    with pytest.raises(ImproperlyConfigured, match="DOODLE_RATE_DRAWINGS"):
        env.rate("DOODLE_RATE_DRAWINGS", default="1/s")


BIG = {"strokes": [[[*range(1000)], [*range(1000)]]]}  # 1,000 points count as 3 requests


def test_guesses_about_many_points_count_as_many(api: APIClient, version: ModelVersion, settings: Settings) -> None:
    settings.API_RATES = {"guesses": (7, 86400)}

    assert [api.post(GUESSES, {"drawings": [BIG]}).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert api.post("/api/v1/explanations/", CAT).status_code == 429


def test_a_large_drawing_counts_as_many(api: APIClient, version: ModelVersion, settings: Settings) -> None:
    settings.API_RATES = {"drawings": (4, 86400)}

    assert [api.post("/api/v1/drawings/", BIG).status_code for _ in range(3)] == [201, 201, 429]


def test_many_small_drawings_count_as_many(api: APIClient, version: ModelVersion, settings: Settings) -> None:
    settings.API_RATES = {"guesses": (17, 86400)}

    assert [api.post(GUESSES, {"drawings": [CAT] * 64}).status_code for _ in range(2)] == [200, 429]


def test_an_image_counts_as_five(api: APIClient, settings: Settings) -> None:
    settings.API_RATES = {"guesses": (5, 86400)}

    assert [api.post(GUESSES, {"drawings": [{"image": "none"}]}).status_code for _ in range(2)] == [400, 429]


@pytest.mark.parametrize("body", [{}, {"drawings": 1}, {"drawings": [1, {"strokes": 5, "won": []}]}])
def test_what_cannot_be_weighed_is_refused_as_usual(api: APIClient, body: dict[str, object]) -> None:
    assert api.post(GUESSES, body).status_code == 400


def test_only_so_many_expensive_requests_are_answered_at_once(
    api: APIClient, version: ModelVersion, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    huge = {"strokes": [[[*range(15_000)], [*range(15_000)]]]}
    settings.API_RATES = {}
    monkeypatch.setattr(expensive, "MAX_WAIT_SECONDS", 60)
    with ThreadPoolExecutor(1) as threads, bounded():
        waiting = threads.submit(api.post, GUESSES, {"drawings": [{"image": "none"}] * 2})
        wait_until(lambda: expensive._places._value == 0)
        refused = APIClient().post("/api/v1/explanations/", huge)
        cheap = APIClient().post(GUESSES, {"drawings": [CAT]})

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert cheap.status_code == 200
    assert waiting.result().status_code == 400  # its turn came


def test_invalid_tokens_are_limited_for_each_address(
    api: APIClient, program: Callable[..., APIClient], settings: Settings
) -> None:
    settings.ADDRESS_RATES = {"tokens": (2, 60)}
    guessing = {"headers": {"Authorization": "Token made-up"}}
    answers = [api.get("/api/v1/classes/", **guessing) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert api.get("/api/v1/classes/", **guessing, REMOTE_ADDR="192.0.2.2").status_code == 401
    assert program("read").get("/api/v1/classes/").status_code == 200


def test_a_day_has_room_for_so_many_bytes_of_drawings(
    browser: APIClient, version: ModelVersion, settings: Settings
) -> None:
    settings.API_RATES = {"bytes": (2000, 86400)}
    answers = [browser.post("/api/v1/drawings/", {"strokes": BIG["strokes"]}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 429]
    assert "go on tomorrow" in answers[1].json()["detail"]
    assert Drawing.objects.count() == 1


def test_an_address_has_room_for_so_many_bytes_of_drawings_whoever_draws(
    version: ModelVersion, settings: Settings
) -> None:
    settings.ADDRESS_RATES = {"bytes": (2000, 86400)}
    browsers = [with_cookie(APIClient(), Contributor()) for _ in range(2)]

    assert [browser.post("/api/v1/drawings/", BIG).status_code for browser in browsers] == [201, 429]

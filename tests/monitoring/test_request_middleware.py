from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import make_version, strokes_of
from tests.monitoring.scrape import scrape, value_of

pytestmark = pytest.mark.django_db


def request_id(client: Client, given: str | None = None) -> str:
    headers = {} if given is None else {"x-request-id": given}
    return client.get("/healthz", headers=headers).headers["X-Request-ID"]


def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    assert len({request_id(client) for _ in range(3)}) == 3


def test_a_well_formed_id_is_kept(client: Client) -> None:
    assert request_id(client, "7f3a-proxy.1_b") == "7f3a-proxy.1_b"


@pytest.mark.parametrize(
    "hostile", ["", "short", "a" * 65, "new\nline-and-more", 'quo"te-12345', "ключ-12345", "-begins"]
)
def test_another_id_is_replaced(client: Client, hostile: str) -> None:
    given = request_id(client, hostile.encode().decode("latin-1"))

    assert given != hostile
    assert len(given) == 32


def test_errors_have_an_id_too(client: Client) -> None:
    assert client.get("/nothing-here/").headers["X-Request-ID"]
    assert client.post("/api/v1/drawings/", "{", "application/json").headers["X-Request-ID"]


def test_requests_are_counted_by_kind_of_page(client: Client, prometheus: Client) -> None:
    before = scrape(prometheus)
    client.get("/about/")
    client.get("/about/?token=secret")
    after = scrape(prometheus)

    labels = {"view": "about", "method": "GET", "status": "200"}
    assert value_of(after, "doodle_requests_total", **labels) - value_of(before, "doodle_requests_total", **labels) == 2
    count = "doodle_request_seconds_count"
    assert value_of(after, count, view="about") - value_of(before, count, view="about") == 2


def test_made_up_addresses_and_methods_make_no_figures_of_their_own(client: Client, prometheus: Client) -> None:
    client.get("/nothing-here/")
    client.generic("MADEUP", "/nothing-here/")
    before = set(scrape(prometheus))
    for number in range(20):
        client.get(f"/made-up-{number}/")
        client.get(f"/drawings/00000000-0000-0000-0000-0000000000{number:02}/")
        client.generic(f"MADEUP{number}", "/about/")
    new = {key for key in set(scrape(prometheus)) - before if key[0] == "doodle_requests_total"}

    assert len(new) <= 3


def test_answers_are_counted_by_version_and_stage(client: Client, prometheus: Client) -> None:
    version = str(make_version().number)
    before = scrape(prometheus)
    client.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}, "application/json")
    client.post("/api/v1/guesses/", {"drawings": [{"strokes": strokes_of("cat")}] * 3}, "application/json")
    after = scrape(prometheus)

    def grown(name: str, **labels: str) -> float:
        return value_of(after, name, version=version, **labels) - value_of(before, name, version=version, **labels)

    assert grown("doodle_answers_total", stage="done", recognized="yes") == 1
    assert grown("doodle_answers_total", stage="drawing", recognized="yes") == 3
    assert grown("doodle_answer_seconds_count") == 4

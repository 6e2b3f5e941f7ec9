from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from recognition.models import ModelVersion, Trial
from tests.factories import make_version

ADDRESS = "/api/v1/model-versions/2/trial/"


@pytest.fixture
def candidate(db: None) -> ModelVersion:
    """Version 2, beside version 1 which is in service."""
    make_version()
    return make_version(promoted=False)


@pytest.mark.usefixtures("candidate")
def test_staff_tries_a_version_and_ends_the_trial(staff: APIClient) -> None:
    begun = staff.post(ADDRESS, {"mode": "canary", "share": 10})

    assert begun.status_code == 201
    told = begun.json()
    assert told.pop("started_at")
    assert told == {"version": 2, "champion": 1, "mode": "canary", "share": 10, "ended_at": None, "why": ""}

    ended = staff.delete(f"{ADDRESS}?reason=seen enough")

    assert ended.status_code == 200
    assert (ended.json()["why"], bool(ended.json()["ended_at"])) == ("seen enough", True)
    trial = Trial.objects.get()
    assert trial.started_by == trial.ended_by
    assert trial.ended_by
    assert trial.ended_by.username == "admin"


@pytest.mark.usefixtures("candidate")
def test_answers_say_which_version_gave_them(staff: APIClient) -> None:
    staff.post(ADDRESS, {"mode": "shadow"})
    stroke = [[[0, 10, 20], [0, 20, 5]]]

    assert staff.post("/api/v1/drawings/", {"strokes": stroke}).json()["prediction"]["model_version"] == 1


@pytest.mark.usefixtures("candidate")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "mode"),
        ({"mode": "loud"}, "mode"),
        ({"mode": None}, "mode"),
        ({"mode": ["shadow"]}, "mode"),
        ({"mode": "canary"}, "share"),
        ({"mode": "canary", "share": 0}, "share"),
        ({"mode": "canary", "share": 51}, "share"),
        ({"mode": "canary", "share": -(10**30)}, "share"),
        ({"mode": "canary", "share": "many"}, "share"),
        ({"mode": "canary", "share": None}, "share"),
        ({"mode": "canary", "share": 2.5}, "share"),
        ({"mode": "shadow", "share": 10}, "share"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(staff: APIClient, body: Any, field: str) -> None:
    answer = staff.post(ADDRESS, body)

    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not Trial.objects.exists()


@pytest.mark.usefixtures("candidate")
def test_a_second_trial_is_refused_while_the_first_runs(staff: APIClient) -> None:
    make_version(promoted=False)
    staff.post(ADDRESS, {"mode": "shadow"})

    answer = staff.post("/api/v1/model-versions/3/trial/", {"mode": "shadow"})

    assert answer.status_code == 409
    assert answer.json()["detail"] == "Version 2 is being tried; only one may be. End that trial first."


@pytest.mark.usefixtures("candidate")
def test_the_version_in_service_is_not_tried(staff: APIClient) -> None:
    answer = staff.post("/api/v1/model-versions/1/trial/", {"mode": "shadow"})

    assert (answer.status_code, answer.json()) == (409, {"detail": "Version 1 is in service already."})


def test_a_version_that_cannot_run_is_not_tried(staff: APIClient, candidate: ModelVersion) -> None:
    ModelVersion.objects.filter(pk=candidate.pk).update(artifact=b"rubbish")

    answer = staff.post(ADDRESS, {"mode": "shadow"})

    assert answer.status_code == 409
    assert "SHA-256" in answer.json()["detail"]
    assert not Trial.objects.exists()


@pytest.mark.usefixtures("candidate")
def test_a_trial_that_does_not_run_cannot_be_ended(staff: APIClient) -> None:
    assert staff.delete(ADDRESS).status_code == 404
    staff.post(ADDRESS, {"mode": "shadow"})
    assert staff.delete("/api/v1/model-versions/1/trial/").status_code == 404
    assert staff.delete(f"{ADDRESS}?reason={'r' * 501}").status_code == 400
    assert [staff.delete(ADDRESS).status_code for _ in range(2)] == [200, 404]
    assert Trial.objects.get().why == "By hand."


@pytest.mark.parametrize("number", [7, 2**31, 10**30])
def test_a_version_that_does_not_exist_is_not_found(staff: APIClient, number: int) -> None:
    address = f"/api/v1/model-versions/{number}/trial/"

    assert staff.post(address, {"mode": "shadow"}).status_code == 404
    assert staff.delete(address).status_code == 404


@pytest.mark.usefixtures("candidate")
def test_nobody_else_tries_or_ends(api: APIClient, browser: APIClient, program: Callable[..., APIClient]) -> None:
    clients = [api, browser, program("train"), program("read", "label", staff=True, username="lesser")]

    assert [client.post(ADDRESS, {"mode": "shadow"}).status_code for client in clients] == [401, 403, 403, 403]
    ModelVersion.objects.get(number=2).start_trial("shadow", 0, by=None)
    assert [client.delete(ADDRESS).status_code for client in clients] == [401, 403, 403, 403]


@pytest.mark.usefixtures("candidate")
def test_a_staff_program_with_the_scope_does(program: Callable[..., APIClient]) -> None:
    client = program("train", staff=True)

    assert client.post(ADDRESS, {"mode": "shadow"}).status_code == 201
    assert client.delete(ADDRESS).status_code == 200

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from recognition.models import ModelVersion, Promotion
from recognition.serving.model_loader import champion
from tests.factories import make_version

VERSIONS = "/api/v1/model-versions/"


def test_versions_are_listed_newest_first(api: APIClient) -> None:
    make_version()
    make_version(promoted=False)

    listed = api.get(VERSIONS).json()["results"]

    assert [version["number"] for version in listed] == [2, 1]
    assert listed[0]["promoted_at"] is None
    assert listed[1]["labels"] == ["banana", "cat", "eye", "fish", "house", "star"]


def test_the_list_takes_one_query_and_never_loads_the_artifacts(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    parent = make_version()
    ModelVersion.objects.filter(pk=make_version().pk).update(parent=parent)

    with django_assert_num_queries(1) as queries:
        assert api.get(VERSIONS).json()["results"][0]["parent"] == 1

    assert '"artifact"' not in queries.captured_queries[0]["sql"]


def test_a_version_is_shown_by_its_number(api: APIClient) -> None:
    version = make_version()

    shown = api.get(f"{VERSIONS}1/").json()

    assert shown["number"] == 1
    assert shown["metrics"] == {}
    assert shown["sha256"] == version.sha256
    assert "artifact" not in shown


@pytest.mark.parametrize("path", ["", "1/", "current/"])
def test_versions_are_compressed_because_the_metrics_of_many_classes_are_long(api: APIClient, path: str) -> None:
    make_version(labels=[f"{'banana ' * 8}{letter}" for letter in "abcdef"])  # a short answer stays as it is

    answer = api.get(f"{VERSIONS}{path}", headers={"accept-encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert b"banana" in gzip.decompress(answer.content)


@pytest.mark.parametrize("number", [7, 2**31, 10**30])
def test_a_version_that_does_not_exist_is_not_found(api: APIClient, number: int) -> None:
    assert api.get(f"{VERSIONS}{number}/").status_code == 404


def test_the_current_version_is_the_one_in_service(api: APIClient) -> None:
    make_version()
    make_version(promoted=False)

    assert api.get(f"{VERSIONS}current/").json()["number"] == 1


def test_without_a_model_in_service_there_is_no_current_version(api: APIClient) -> None:
    make_version(promoted=False)

    response = api.get(f"{VERSIONS}current/")

    assert response.status_code == 404
    assert response.json() == {"detail": "No model is in service."}


def test_staff_promotes_a_version_with_a_reason(staff: APIClient) -> None:
    make_version(promoted=False)

    response = staff.post(f"{VERSIONS}1/promote/", {"reason": "knows robots"})

    assert response.status_code == 200
    assert response.json()["promoted_at"]
    promotion = Promotion.objects.get()
    assert promotion.by is not None
    assert (promotion.by.username, promotion.reason) == ("admin", "knows robots")


def test_promoting_an_older_version_rolls_back(staff: APIClient) -> None:
    make_version()
    make_version()

    staff.post(f"{VERSIONS}1/promote/", {"reason": "the new one confuses cats"})

    assert staff.get(f"{VERSIONS}current/").json()["number"] == 1
    assert champion().version.number == 1


def test_a_version_that_cannot_run_is_not_promoted(staff: APIClient) -> None:
    make_version()
    broken = make_version(promoted=False)
    ModelVersion.objects.filter(pk=broken.pk).update(artifact=b"rubbish")

    response = staff.post(f"{VERSIONS}2/promote/", {"reason": "why not"})

    assert response.status_code == 409
    assert "SHA-256" in response.json()["detail"]
    assert staff.get(f"{VERSIONS}current/").json()["number"] == 1


@pytest.mark.parametrize("reason", ["", "   ", "r" * 501, None, ["because"], "r\0ason"])
def test_a_promotion_needs_a_reason(staff: APIClient, reason: Any) -> None:
    make_version(promoted=False)

    response = staff.post(f"{VERSIONS}1/promote/", {"reason": reason})

    assert response.status_code == 400
    assert list(response.json()) == ["reason"]


def test_nobody_else_promotes(api: APIClient, browser: APIClient, program: Callable[..., APIClient]) -> None:
    make_version(promoted=False)
    clients = [api, browser, program("train"), program("read", "label", staff=True, username="lesser")]

    statuses = [client.post(f"{VERSIONS}1/promote/", {"reason": "me"}).status_code for client in clients]

    assert statuses == [401, 403, 403, 403]
    assert ModelVersion.objects.current() is None


def test_a_staff_program_with_the_scope_promotes(program: Callable[..., APIClient]) -> None:
    make_version(promoted=False)

    assert program("train", staff=True).post(f"{VERSIONS}1/promote/", {"reason": "gate"}).status_code == 200

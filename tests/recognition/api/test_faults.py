"""What the API answers while something behind it fails: 503 and when to come back, never half a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import OperationalError, connection, connections, transaction
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing, ModelVersion
from tests.factories import make_drawing, make_version, strokes_of
from tests.recognition.api.conftest import with_cookie

pytestmark = pytest.mark.django_db(transaction=True)

DRAWINGS = "/api/v1/drawings/"
CAT = {"strokes": strokes_of("cat")}


@contextmanager
def database_locked() -> Iterator[None]:
    """Let somebody else write for so long that nobody gets a turn."""
    holding, done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("LOCK TABLE recognition_contributor, recognition_drawing IN ACCESS EXCLUSIVE MODE")
                holding.set()
                done.wait()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        held: Future[None] = threads.submit(hold)
        holding.wait()
        try:
            with impatient():
                yield
        finally:
            done.set()
            held.result()


@contextmanager
def impatient() -> Iterator[None]:
    """Wait for locks no longer than a moment."""
    postgresql = connection.vendor == "postgresql"
    short, usual = (
        ("SET lock_timeout = 50", "RESET lock_timeout")
        if postgresql
        else (
            "PRAGMA busy_timeout = 50",
            "PRAGMA busy_timeout = 5000",
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(short)
        yield
        cursor.execute(usual)


def test_while_the_database_is_locked_nothing_is_stored_and_it_says_when_to_come_back() -> None:
    make_version()
    with database_locked():
        response = APIClient().post(DRAWINGS, CAT)

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "nothing was stored" in response.json()["detail"]
    assert not Drawing.objects.exists()
    assert not Contributor.objects.exists()


def test_feedback_waits_for_a_locked_database_no_longer() -> None:
    drawing = make_drawing()
    browser = with_cookie(APIClient(), drawing.contributor)
    with database_locked():
        response = browser.put(f"{DRAWINGS}{drawing.pk}/feedback/", {"correct": False})

    assert response.status_code == 503


def test_after_the_lock_the_same_request_is_stored() -> None:
    make_version()
    with database_locked():
        APIClient().post(DRAWINGS, CAT, headers={"Idempotency-Key": "again"})

    assert APIClient().post(DRAWINGS, CAT, headers={"Idempotency-Key": "again"}).status_code == 201


def test_while_the_database_cannot_be_reached_it_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    make_version()
    APIClient().post(DRAWINGS, CAT)
    connections.close_all()

    def unreachable(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "get_new_connection", unreachable)
    response = APIClient().post(DRAWINGS, CAT)

    assert response.status_code == 503
    assert "Retry-After" in response.headers


def test_a_drawing_outlives_the_version_that_recognized_it(version: ModelVersion) -> None:
    APIClient().post("/api/v1/guesses/", {"drawings": [CAT]})  # loads the network
    version.delete()

    response = APIClient().post(DRAWINGS, CAT)

    assert response.status_code == 201
    assert response.json()["prediction"] is None
    assert Drawing.objects.count() == 1

"""What happens when two ask for the same thing at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from recognition.models import DayTally, DoodleClass, Drawing, Feedback, PairTally, Token
from tests.factories import make_admin, make_class, make_drawing, make_prediction, make_version
from tests.recognition.api.conftest import with_cookie

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*requests: Callable[[], Any]) -> list[int]:
    """Send requests together and return the statuses of their answers."""
    together = Barrier(len(requests))

    def send(request: Callable[[], Any]) -> int:
        together.wait()
        try:
            status: int = request().status_code
            return status
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))


def test_a_class_added_twice_is_there_once() -> None:
    secret = Token.objects.issue(make_admin(), [Token.Scope.TRAIN])

    def add() -> Any:
        headers = {"Authorization": f"Token {secret}"}
        return APIClient().post("/api/v1/classes/", {"name": "robot"}, headers=headers)

    statuses = at_once(add, add, add)

    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 400, 409}
    assert DoodleClass.objects.count() == 1


def test_a_word_added_by_many_in_two_forms_is_one_class() -> None:
    secret = Token.objects.issue(make_admin(), [Token.Scope.TRAIN])

    def add(name: str) -> Callable[[], Any]:
        headers = {"Authorization": f"Token {secret}"}
        return lambda: APIClient().post("/api/v1/classes/", {"name": name}, headers=headers)

    statuses = at_once(*(add(name) for name in ("race two", "Race Two", "RACE  TWO") * 4))

    assert sorted(statuses) == [201] + [400] * 11
    assert DoodleClass.objects.count() == 1


def test_two_judgements_of_one_contributor_leave_one() -> None:
    drawing = make_drawing()
    make_class("cat")
    address = f"/api/v1/drawings/{drawing.pk}/feedback/"

    def judge() -> Any:
        return with_cookie(APIClient(), drawing.contributor).put(address, {"correct": False, "label": "cat"})

    assert at_once(judge, judge) == [200, 200]
    assert Feedback.objects.count() == 1


def test_a_drawing_deleted_while_it_is_judged_leaves_nothing() -> None:
    drawing = make_drawing()
    address = f"/api/v1/drawings/{drawing.pk}/"

    def judge() -> Any:
        return with_cookie(APIClient(), drawing.contributor).put(f"{address}feedback/", {"correct": False})

    def delete() -> Any:
        return with_cookie(APIClient(), drawing.contributor).delete(address)

    judged, deleted = at_once(judge, delete)

    assert judged in (200, 404, 409)
    assert deleted in (204, 409)
    assert Drawing.objects.count() == (0 if deleted == 204 else 1)
    assert Feedback.objects.count() <= Drawing.objects.count()


def test_answers_judged_at_once_are_all_counted() -> None:
    version = make_version()
    drawings = [make_drawing() for _ in range(4)]
    for drawing in drawings:
        make_prediction(drawing, version)

    def judge(drawing: Drawing, correct: bool) -> Callable[[], Any]:
        address = f"/api/v1/drawings/{drawing.pk}/feedback/"
        return lambda: with_cookie(APIClient(), drawing.contributor).put(address, {"correct": correct})

    first, *_ = drawings
    judgements = [judge(drawing, number % 2 == 0) for number, drawing in enumerate(drawings)]

    assert at_once(*judgements, judge(first, True)) == [200] * 5
    assert DayTally.objects.values_list("judged", "right").get() == (4, 2)
    assert sum(PairTally.objects.values_list("judged", flat=True)) == 4


def test_a_drawing_that_is_deleted_while_it_is_judged_is_not_counted() -> None:
    drawing = make_drawing()
    make_prediction(drawing, make_version())
    address = f"/api/v1/drawings/{drawing.pk}/"

    def judge() -> Any:
        return with_cookie(APIClient(), drawing.contributor).put(f"{address}feedback/", {"correct": True})

    def delete() -> Any:
        return with_cookie(APIClient(), drawing.contributor).delete(address)

    judge()
    *judged, deleted = at_once(judge, judge, delete)

    assert deleted == 204
    assert set(judged) <= {200, 404}
    assert set(DayTally.objects.values_list("judged", flat=True)) == {0}

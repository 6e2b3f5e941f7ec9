from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from tests.factories import make_drawing, make_prediction, make_version, strokes_of

EXPORT = "/api/v1/export/drawings.ndjson"


def lines(client: APIClient) -> list[dict[str, Any]]:
    response = client.get(EXPORT)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert response.headers["X-Accel-Buffering"] == "no"  # the proxy keeps no copy
    return [json.loads(line) for line in response.getvalue().splitlines()]


def test_accepted_drawings_come_in_quick_draws_own_format(staff: APIClient) -> None:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, make_version())

    (line,) = lines(staff)

    assert list(line) == ["word", "countrycode", "timestamp", "recognized", "key_id", "drawing"]
    assert (line["word"], line["recognized"], line["key_id"]) == ("cat", True, str(drawing.pk))
    assert line["drawing"] == strokes_of("cat")
    assert line["timestamp"] == drawing.created_at.strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def test_drawings_that_are_not_accepted_or_have_no_strokes_are_left_out(staff: APIClient) -> None:
    make_drawing("cat")
    make_drawing("cat", label="cat", strokes=None)

    assert lines(staff) == []


def test_only_staff_exports(api: APIClient, browser: APIClient, program: Callable[..., APIClient]) -> None:
    clients = [
        api,
        browser,
        program("read"),
        program("recognize", staff=True, username="writer"),
        program("read", staff=True, username="exporter"),
    ]

    assert [client.get(EXPORT).status_code for client in clients] == [401, 403, 403, 403, 200]

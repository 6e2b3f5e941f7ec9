"""A short version of `make fuzz ARGS=api`: requests to every address that fit the schema, and some that do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from doodlesite.wsgi import application
from recognition.models import Token
from tests.factories import make_admin, make_class, make_version

CASES = 3  # of each kind for each operation and visitor
# What OpenAPI cannot say makes a body that fits be refused, and one that does not may be taken: 0 for "0", by DRF.
CHECKED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def kept_connection(db: None) -> Iterator[None]:
    """Answer over the connection of the test, as Django's own test client does."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture
def operations(kept_connection: None) -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/schema/", application)
    return [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # an invalid one fails


def ask(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    @settings(
        max_examples=CASES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask_once(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKED)

    with suppress(Unsatisfiable):  # there is nothing to say wrong
        ask_once()


@pytest.mark.parametrize(
    ("mode", "by_staff"),
    [(GenerationMode.POSITIVE, True), (GenerationMode.POSITIVE, False), (GenerationMode.NEGATIVE, True)],
)
def test_every_address_answers_as_the_schema_says(operations: list[Any], mode: GenerationMode, by_staff: bool) -> None:
    make_version()
    make_class("cat")
    headers = {"Accept-Encoding": "identity"}  # this client asks for gzip, which it cannot read
    if by_staff:
        headers["Authorization"] = f"Token {Token.objects.issue(make_admin(), list(Token.Scope))}"
    assert len(operations) > 20
    for operation in operations:
        ask(operation, mode, headers)

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client

from monitoring.logging_config import JsonLineFormatter, TextFormatter
from recognition.infra.log_context import bound_log_fields
from tests.factories import make_version, strokes_of
from training.jobs.run_lifecycle import tracked_run
from training.models import TrainingRun

logger = logging.getLogger("tests")


class Log:
    """What is logged, as it would be written."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(formatter)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def machine_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    monkeypatch.setattr(settings, "LOGS", "json")
    yield from written(Log(JsonLineFormatter()))


@pytest.fixture
def plain_log() -> Iterator[Log]:
    yield from written(Log(TextFormatter()))


def written(log: Log) -> Iterator[Log]:
    root = logging.getLogger()
    before = root.level
    root.addHandler(log.handler)
    root.setLevel(logging.INFO)
    yield log
    root.removeHandler(log.handler)
    root.setLevel(before)


@pytest.mark.django_db
def test_a_request_leaves_a_line_with_its_id(client: Client, machine_log: Log) -> None:
    answer = client.get("/about/?secret=value")

    [line] = machine_log.lines
    facts = {name: line[name] for name in ("level", "request_id", "method", "view", "status")}
    assert facts == {
        "level": "info",
        "request_id": answer.headers["X-Request-ID"],
        "method": "GET",
        "view": "about",
        "status": 200,
    }
    assert line["milliseconds"] >= 0


@pytest.mark.django_db
def test_a_person_is_not_told_of_every_request(client: Client, plain_log: Log) -> None:
    client.get("/about/")
    client.get("/nothing-here/")

    assert plain_log.text == ""


@pytest.mark.django_db
def test_nothing_of_what_people_send_is_logged(client: Client, machine_log: Log) -> None:
    make_version()
    secrets = {"authorization": "Token 0123456789abcdef", "x-forwarded-for": "203.0.113.7"}
    strokes = [[[101.25, 202.5], [33.75, 44.5]]]
    for body in ({"strokes": strokes_of("cat")}, {"strokes": strokes}, {"strokes": [["no"]]}, "{broken 101.25"):
        client.post("/api/v1/drawings/", body, "application/json", headers=secrets, REMOTE_ADDR="198.51.100.9")
        client.post("/api/v1/drawings/", body, "application/json", REMOTE_ADDR="198.51.100.9")
    client.get("/nothing-here/?feedback_token=verysecret", REMOTE_ADDR="198.51.100.9")

    assert len([line for line in machine_log.lines if "view" in line]) == 9
    for kept_out in ("101.25", "33.75", "0123456789abcdef", "203.0.113.7", "198.51.100.9", "verysecret", "csrf"):
        assert kept_out not in machine_log.text


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_foreign_host_leaves_one_line_a_minute_without_a_traceback(style: Literal["text", "json"]) -> None:
    code = f"""
import logging.config
from monitoring.logging_config import dict_config
logging.config.dictConfig(dict_config({style!r}))
for number in range(3):
    try:
        raise ValueError("Invalid HTTP_HOST header: 'evil.example'.")
    except ValueError as error:
        logging.getLogger("django.security.DisallowedHost").error(str(error), exc_info=True)
"""
    log = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr

    assert len(log.splitlines()) == 1
    assert "evil.example" in log
    assert "Traceback" not in log


@pytest.mark.django_db
def test_a_fault_is_logged_with_its_request_id_and_without_the_request(client: Client, machine_log: Log) -> None:
    def lost(*_: object) -> None:
        raise DatabaseError("gone")

    client.raise_request_exception = False
    with connection.execute_wrapper(lost):
        answer = client.get("/gallery/?feedback_token=verysecret")

    assert answer.status_code == 500
    [fault] = [line for line in machine_log.lines if line["level"] == "error"]
    assert fault["request_id"] == answer.headers["X-Request-ID"]
    assert "DatabaseError: gone" in fault["exception"]
    assert "verysecret" not in machine_log.text


@pytest.mark.django_db
def test_lines_of_a_training_carry_its_run(machine_log: Log) -> None:
    run = TrainingRun.objects.begin({}, by=None, reason="test")
    with tracked_run(run):
        logger.info("collecting")
    logger.info("something else")

    runs = {line["message"]: line.get("run") for line in machine_log.lines}
    assert runs["collecting"] == run.pk
    assert runs["something else"] is None


def test_passwords_and_addresses_in_messages_of_libraries_are_masked(machine_log: Log, plain_log: Log) -> None:
    logger.warning("Cannot reach redis://worker:hunter2@cache:6379/0")
    logger.warning("Invalid request from ip=198.51.100.9: bad")
    logger.warning("Authorization: Bearer abcdef, Token 0123456789abcdef0123")

    for log in (machine_log, plain_log):
        assert "hunter2" not in log.text
        assert "198.51" not in log.text
        assert "abcdef" not in log.text


def test_a_person_reads_what_a_line_is_about(plain_log: Log) -> None:
    with bound_log_fields(run=3):
        logger.info("Collecting")
        logger.warning("Few drawings")

    assert plain_log.text.splitlines() == ["Collecting (run=3)", "Warning: Few drawings (run=3)"]


def test_a_message_of_several_lines_stays_one_line_for_machines(machine_log: Log) -> None:
    logger.info('one\n{"level": "forged"}')

    assert [line["message"] for line in machine_log.lines] == ['one\n{"level": "forged"}']

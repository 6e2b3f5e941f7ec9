from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from recognition.serving.background import BackgroundTask
from recognition.serving.model_loader import ModelLoader
from tests.factories import make_version

MOMENT = 0.01  # seconds


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """Something to wait for that never comes before the test ends."""
    event = threading.Event()
    yield event
    event.set()


def test_what_is_done_in_a_moment_is_done_when_one_comes_back() -> None:
    done: list[str] = []
    BackgroundTask().run(lambda: done.append("this"), timeout=60)
    assert done == ["this"]


def test_nobody_waits_for_what_takes_long_nor_behind_it(hanging: threading.Event) -> None:
    background, done = BackgroundTask(), list[str]()
    background.run(hanging.wait, timeout=MOMENT)
    background.run(lambda: done.append("that"), timeout=60)
    assert done == []


def test_after_a_failure_the_next_is_done(caplog: pytest.LogCaptureFixture) -> None:
    background, done = BackgroundTask(), list[str]()
    background.run(lambda: 1 / 0, timeout=60)
    background.run(lambda: done.append("that"), timeout=60)
    assert done == ["that"]
    assert "Cannot do something aside" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_promotion_is_served_by_a_process_that_looks_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recognition.serving.model_loader.POLL_SECONDS", 0.0)
    monkeypatch.setattr("recognition.serving.model_loader.POLL_TIMEOUT_SECONDS", 60.0)
    background = BackgroundTask()
    loader = ModelLoader(background)
    first = make_version()
    assert loader.get().champion.version == first
    second = make_version()
    assert loader.get().champion.version == second
    background.run(lambda: connection.close(), timeout=60)  # its own


@pytest.mark.django_db(transaction=True)
def test_a_look_that_hangs_keeps_nobody_from_recognizing(
    monkeypatch: pytest.MonkeyPatch, hanging: threading.Event
) -> None:
    monkeypatch.setattr("recognition.serving.model_loader.POLL_SECONDS", 0.0)
    monkeypatch.setattr("recognition.serving.model_loader.POLL_TIMEOUT_SECONDS", MOMENT)
    background = BackgroundTask()
    loader = ModelLoader(background)
    version = make_version()
    loader.get()
    background.run(hanging.wait, timeout=MOMENT)
    make_version()
    assert loader.get().champion.version == version

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import parity as official


@pytest.fixture(scope="session")
def parity() -> official.Parity:
    if not official.FOLDER.is_dir():
        pytest.skip(f"There are no official drawings in {official.FOLDER}; QUICKDRAW_DIR says where they are.")
    return official.read()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A clock that stands still until it is moved on by some seconds."""
    now = [1000.0]
    monkeypatch.setattr("recognition.serving.model_loader.time.monotonic", lambda: now[0])

    def advance(seconds: float) -> None:
        now[0] += seconds

    return advance

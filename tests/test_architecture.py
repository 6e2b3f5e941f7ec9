"""docs/architecture.md tells the truth: its layers are the contracts', its files exist, a drawing meets only these."""

from __future__ import annotations

import re
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from recognition.api.views.drawings import DrawingList
from recognition.serving import model_loader
from tests.factories import make_version, strokes_of

PAGE = settings.BASE_DIR / "docs" / "architecture.md"
MOST_FILES_OF_A_DRAWING = 32  # from the view to the committed row


def section(title: str) -> str:
    """Return a section of the page, from its heading to the next one of any level."""
    return re.split(r"^#+ ", PAGE.read_text().partition(f"# {title}\n")[2], flags=re.MULTILINE)[0]


def rows(title: str) -> Iterator[list[str]]:
    """Yield what stands in backquotes in the first and in the last cell of each row of a section's table."""
    for line in section(title).splitlines():
        if line.startswith("|"):
            yield re.findall(r"`([^`]+)`", line)


@pytest.mark.parametrize("package", ["recognition", "training", "monitoring"])
def test_the_layers_are_those_of_the_contracts(package: str) -> None:
    contracts = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract.get("containers") == [package]]

    told = [set(names) for names in rows(package) if names]

    assert told == [set(layer.split(" | ")) for layer in layers]


@pytest.mark.parametrize("walk", ["The walk of a drawing", "The walk of a retraining"])
def test_every_file_of_a_walk_is_there(walk: str) -> None:
    files = [name for names in rows(walk) for name in names]

    assert len(files) == len(set(files)) > 30
    assert [name for name in files if not (settings.BASE_DIR / name).is_file()] == []


@pytest.mark.django_db
def test_a_drawing_meets_only_the_files_of_its_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    make_version()
    monkeypatch.setattr(model_loader, "POLL_SECONDS", 3600.0)  # between requests, not within this one
    model_loader.in_service()
    met = files_called_by_a_post(monkeypatch)
    *walk, response = [names for names in rows("The walk of a drawing") if names]
    told = {name for names in walk for name in names}

    assert "recognition/submission.py" in met
    assert met - {*told, *response} == set()
    assert len(told) <= MOST_FILES_OF_A_DRAWING


def files_called_by_a_post(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return our files whose functions run while a posted drawing is in its view, as paths within the project."""
    met: set[str] = set()
    dispatch = DrawingList.dispatch

    def watch(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(settings.BASE_DIR):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if not name.startswith((".", "tests/")):
                met.add(name)

    def watched(self: DrawingList, *args: Any, **kwargs: Any) -> Any:
        before = sys.getprofile()
        threading.setprofile(watch)
        sys.setprofile(watch)
        try:
            return dispatch(self, *args, **kwargs)
        finally:
            sys.setprofile(before)
            threading.setprofile(None)  # type: ignore[arg-type]

    monkeypatch.setattr(DrawingList, "dispatch", watched)
    response = Client().post("/api/v1/drawings/", {"strokes": strokes_of("cat")}, content_type="application/json")
    assert response.status_code == 201
    return met

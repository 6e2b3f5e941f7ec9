from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_class, make_drawing, make_version
from tests.training.doodles import save_base

pytestmark = pytest.mark.django_db


def evaluate(*arguments: str) -> str:
    out = StringIO()
    call_command("evaluate", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def test_drawings(tmp_path: Path) -> Path:
    """100 crosses, which the tiny network does not know."""
    make_version()
    save_base(tmp_path, {"cross": 100})
    return tmp_path


def test_a_class_that_the_version_does_not_know_is_missed(test_drawings: Path) -> None:
    metrics = json.loads(evaluate("--data", str(test_drawings), "--classes", "cat", "cross", "--json"))
    assert metrics["base"]["count"] > 0
    assert metrics["base"]["top1"] == 0.0


def test_collected_test_drawings_are_measured_apart(test_drawings: Path) -> None:
    make_class("cat")
    make_drawing("cat", label="cat", split="test")
    report = evaluate("--data", str(test_drawings))
    assert "1 collected test drawings: 100.0% right" in report


def test_without_any_test_drawing_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No test drawings"):
        evaluate("--data", str(tmp_path / "nowhere"))


def test_a_version_that_does_not_exist_is_named(test_drawings: Path) -> None:
    with pytest.raises(CommandError, match="There is no version 7"):
        evaluate("--version", "7")

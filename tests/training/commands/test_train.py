from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recognition.models import DoodleClass, ModelVersion
from tests.training.doodles import KINDS
from training.models import TrainingRun

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("classes")
@pytest.mark.tensorflow
def test_it_trains_and_promotes_in_the_foreground(base: Path) -> None:
    out = StringIO()
    call_command("train", "--preset", "quick", "--epochs", "1", "--classes", *KINDS, stdout=out)
    assert "✓ self-test" in out.getvalue()
    assert "version 1 is in service" in out.getvalue()
    assert TrainingRun.objects.get().status == TrainingRun.Status.SUCCEEDED


@pytest.mark.usefixtures("classes", "base")
def test_a_dry_run_says_what_would_be_learnt_from_and_trains_nothing() -> None:
    DoodleClass.objects.create(name="robot", origin=DoodleClass.Origin.OWN)
    out = StringIO()
    call_command("train", "--dry-run", stdout=out)
    assert "cross: 48 base and 0 collected drawings" in out.getvalue()
    assert "robot waits: 0 drawings" in out.getvalue()
    assert not TrainingRun.objects.exists()


@pytest.mark.usefixtures("classes")
def test_what_went_wrong_is_one_line(tmp_path: Path, settings: object) -> None:
    settings.QUICKDRAW_DIR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="fewer than two"):
        call_command("train")
    assert TrainingRun.objects.get().status == TrainingRun.Status.FAILED


def test_a_class_that_nobody_knows_is_named() -> None:
    with pytest.raises(CommandError, match="unicorn"):
        call_command("train", "--classes", "cat", "unicorn")
    assert not TrainingRun.objects.exists()


def test_official_categories_become_classes_as_they_are_asked_for(tmp_path: Path, settings: object) -> None:
    settings.QUICKDRAW_DIR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="Of 2 classes"):
        call_command("train", "--classes", "cat", "dog")


def test_only_one_run_at_a_time() -> None:
    TrainingRun.objects.request({}, by=None, reason="another")
    with pytest.raises(CommandError, match="queued"):
        call_command("train")


@pytest.mark.usefixtures("classes")
def test_ctrl_c_cancels_the_run(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.pipeline.run_training", interrupted)
    with pytest.raises(CommandError, match="Cancelled"):
        call_command("train")
    assert TrainingRun.objects.get().status == TrainingRun.Status.CANCELLED
    assert not ModelVersion.objects.exists()

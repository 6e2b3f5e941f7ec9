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


@pytest.mark.usefixtures("classes")
@pytest.mark.tensorflow
def test_a_run_is_repeated_with_the_same_result(base: Path) -> None:
    call_command("train", "--preset", "quick", "--epochs", "1", "--seed", "3", "--no-promote", stdout=StringIO())
    first = TrainingRun.objects.get()
    DoodleClass.objects.create(name="robot", origin=DoodleClass.Origin.OWN)
    out = StringIO()
    call_command("train", "--like", str(first.pk), stdout=out)
    second = TrainingRun.objects.get(repeats=first)
    assert f"Nothing is known to differ from run {first.pk}." in out.getvalue()
    assert f"Run {second.pk} had exactly the drawings of run {first.pk}." in out.getvalue()
    assert second.recipe == first.recipe
    assert second.history == first.history


@pytest.mark.usefixtures("classes", "base")
def test_a_run_that_there_is_not_cannot_be_repeated() -> None:
    with pytest.raises(CommandError, match="There is no run 99; there are none"):
        call_command("train", "--like", "99")
    newest = TrainingRun.objects.create(status="failed")
    with pytest.raises(CommandError, match=f"There is no run 99; the newest is run {newest.pk}"):
        call_command("train", "--like", "99")


@pytest.mark.usefixtures("classes", "base")
def test_a_run_from_before_recipes_cannot_be_repeated() -> None:
    run = TrainingRun.objects.create(status="succeeded")
    with pytest.raises(CommandError, match="has no recipe to repeat"):
        call_command("train", "--like", str(run.pk))
    assert TrainingRun.objects.get() == run

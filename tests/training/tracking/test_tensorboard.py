from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from tests.training.test_fit import KINDS, SMALL, drawings
from tests.training.test_pipeline import begin
from training.augmentation.batches import Batches, Pools
from training.fit import fit, make_student
from training.models import TrainingRun
from training.pipeline import run_training
from training.tracking.tensorboard import event_files

pytestmark = [pytest.mark.tensorflow, pytest.mark.django_db]


def learn() -> TrainingRun:
    run = TrainingRun.objects.begin({}, by=None, reason="test")
    fit(make_student(KINDS, SMALL), Batches(Pools(drawings()), SMALL), event_files(run))
    return run


def scalars(folder: Path, tag: str) -> list[tuple[int, float]]:
    events = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    events.Reload()
    return [(event.step, float(make_ndarray(event.tensor_proto))) for event in events.Tensors(tag)]


@pytest.mark.usefixtures("classes")
def test_each_run_gets_a_folder_of_its_own(base: Path, settings: Settings, tmp_path: Path) -> None:
    settings.TENSORBOARD_DIR = tmp_path / "events"
    run = begin(epochs=2)
    run_training(run)
    folder = tmp_path / "events" / f"run-{run.pk}"
    for kind, tag, name in (("train", "epoch_loss", "loss"), ("validation", "epoch_accuracy", "val_accuracy")):
        expected = [(step, pytest.approx(epoch[name])) for step, epoch in enumerate(run.history)]
        assert scalars(folder / kind, tag) == expected


def test_nothing_is_written_by_default(tmp_path: Path, settings: Settings) -> None:
    assert settings.TENSORBOARD_DIR is None
    assert event_files(TrainingRun(pk=1)) == []


def test_a_folder_that_cannot_be_written_to_does_not_end_the_training(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    settings.TENSORBOARD_DIR = tmp_path / "file"
    learn()
    assert "goes on without event files" in caplog.text


def test_without_the_package_log_and_check_say_what_to_install(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)  # as if it were not installed
    settings.TENSORBOARD_DIR = tmp_path
    learn()
    assert "pip install --constraint constraints.txt tensorboard" in caplog.text
    assert [message.id for message in run_checks() if "TENSORBOARD_DIR" in message.msg] == ["training.W001"]

from __future__ import annotations

import shutil
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from mlflow import MlflowClient
from mlflow.entities import Run
from pytest_django import Settings

from tests.training.test_pipeline import begin, interrupt_after_an_epoch
from training.models import LostLease, TrainingRun
from training.pipeline import run_training
from training.tracking import mlflow_copy
from training.tracking.mlflow_copy import copied_to_mlflow

pytestmark = [pytest.mark.tensorflow, pytest.mark.django_db, pytest.mark.usefixtures("classes")]


@pytest.fixture(autouse=True)
def client_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends at once, so that what it does can be looked at, and gives up early."""
    monkeypatch.setattr(mlflow_copy, "SEND_EVERY_SECONDS", 0.1)
    monkeypatch.setattr(mlflow_copy, "PATIENCE_SECONDS", 60.0)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")


@pytest.fixture
def store(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which MLflow's own client keeps what it is sent."""
    folder = tmp_path_factory.mktemp("mlflow")
    settings.MLFLOW_TRACKING_URI = folder.as_uri()
    return folder


def copies(store: Path) -> list[Run]:
    client = MlflowClient(store.as_uri())
    experiment = client.get_experiment_by_name("doodlesite")
    return list(client.search_runs([experiment.experiment_id]))


def steps(store: Path, copy: Run, metric: str) -> list[int]:
    return [point.step for point in MlflowClient(store.as_uri()).get_metric_history(copy.info.run_id, metric)]


def training(**fields: Any) -> TrainingRun:
    """A run in the middle of its training."""
    run = begin()
    run.write(stage=TrainingRun.Stage.TRAIN, recipe={"epochs": 2}, manifest={"classes": {}}, **fields)
    return run


def test_mlflow_gets_the_recipe_the_epochs_and_the_outcome_of_a_run(base: Path, store: Path) -> None:
    run = begin(epochs=2)
    run_training(run)
    assert run.version
    [copy] = copies(store)
    assert (copy.info.run_name, copy.info.status) == (str(run), "FINISHED")
    assert copy.data.params["learning_rate"] == str(run.recipe["learning_rate"])
    assert copy.data.params["versions.keras"] == run.recipe["versions"]["keras"]
    assert {name: copy.data.metrics[name] for name in run.history[1]} == run.history[1]
    assert steps(store, copy, "val_accuracy") == [1, 2]
    assert copy.data.metrics["test.base.top1"] == run.version.metrics["base"]["top1"]
    expected = {"run": str(run.pk), "version": str(run.version.number), "classes": "3", "outcome": "passes"}
    assert copy.data.tags.items() >= (expected | {"promoted": "True"}).items()
    files = {Path(file).name: Path(file) for file in map(str, store.rglob("*"))}
    assert files[f"version-{run.version.number}.tflite"].read_bytes() == run.version.artifact
    assert "verdict.json" in files


def test_a_resumed_run_goes_on_in_its_copy(base: Path, store: Path) -> None:
    run = begin(epochs=2)
    with pytest.raises(KeyboardInterrupt):
        run_training(run, interrupt_after_an_epoch)
    assert [copy.info.status for copy in copies(store)] == ["KILLED"]
    run_training(run)
    [copy] = copies(store)
    assert (steps(store, copy, "loss"), copy.info.status) == ([1, 2], "FINISHED")


def test_a_run_that_begins_anew_gets_another_copy(store: Path) -> None:
    run = training(history=[{"epoch": 1, "loss": 2.0}])
    with copied_to_mlflow(run):
        pass
    run.write(history=[], recipe={"epochs": 3})
    with copied_to_mlflow(run):
        pass
    assert sorted((copy.data.params["epochs"], copy.info.status) for copy in copies(store)) == [
        ("2", "KILLED"),
        ("3", "FINISHED"),
    ]


@pytest.mark.parametrize(("error", "status"), [(LostLease, "KILLED"), (ValueError, "FAILED")])
def test_mlflow_learns_how_a_run_ended(store: Path, error: type[Exception], status: str) -> None:
    with pytest.raises(error), copied_to_mlflow(training()):
        raise error
    assert [copy.info.status for copy in copies(store)] == [status]


def test_without_the_package_log_and_check_say_what_to_install(
    store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)  # as if it were not installed
    with copied_to_mlflow(training()):
        pass
    assert "pip install --constraint constraints.txt mlflow-skinny" in caplog.text
    assert [message.id for message in run_checks() if "mlflow-skinny" in message.msg] == ["training.W001"]


def test_a_server_that_fails_in_the_middle_does_not_end_a_run(store: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = training()
    with copied_to_mlflow(run):
        while not list(store.rglob("epochs")):  # the parameter
            time.sleep(0.05)
        shutil.rmtree(store)
        store.write_text("no folder")
        run.write(history=[{"epoch": 1, "loss": 2.0}])
    assert caplog.text.count("is incomplete") == 1


def test_a_server_that_never_answers_does_not_hold_a_run_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mlflow_copy, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "60")
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.MLFLOW_TRACKING_URI = f"http://127.0.0.1:{server.getsockname()[1]}"
        with copied_to_mlflow(training()):
            connection, _ = server.accept()  # the request will stay there
    connection.close()
    assert "MLflow was too slow" in caplog.text

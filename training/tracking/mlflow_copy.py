"""Copies a run to MLflow while it trains: its recipe, the metrics of each epoch, its outcome and its artifact."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from training.models import LostLease, TrainingRun
from training.tracking.packages import missing_package

logger = logging.getLogger(__name__)

SEND_EVERY_SECONDS = 5.0
PATIENCE_SECONDS = 5.0  # for which a run that has ended waits for MLflow
EXPERIMENT = "doodlesite"  # unless MLflow's own variable MLFLOW_EXPERIMENT_NAME says otherwise
# MLflow's own are 120 seconds, 7 retries, telemetry to its makers, and lines on standard output. The copy is tried
# again anyway.
CLIENT_DEFAULTS = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


@contextmanager
def copied_to_mlflow(run: TrainingRun) -> Iterator[None]:
    """Copy the run to MLflow while the body works, if MLFLOW_TRACKING_URI is set.

    The body never waits for MLflow, because a thread of its own calls it and logs its errors. When the body has ended,
    the thread gets PATIENCE_SECONDS to send the rest.
    """
    if missing := missing_package("MLFLOW_TRACKING_URI"):
        logger.error(missing)
    if missing or not settings.MLFLOW_TRACKING_URI:
        yield
        return
    copy = MlflowCopy(run)
    # The copied context adds the run to the thread's log lines.
    target = partial(copy_context().run, copy.keep_up)
    thread = threading.Thread(target=target, name=f"copy of {run} to MLflow", daemon=True)
    thread.start()
    try:
        yield
        copy.status = "FINISHED"
    except LostLease:
        raise  # killed, for MLflow
    except Exception:
        copy.status = "FAILED"
        raise
    finally:
        copy.ended.set()
        thread.join(PATIENCE_SECONDS)
        if thread.is_alive():
            logger.warning("MLflow was too slow to take all of %s.", run)


class MlflowCopy:
    """What MLflow knows of a run. It reads the run's fields, which the training replaces and never changes in place.

    status: how the run ended, in MLflow's words.
    """

    def __init__(self, run: TrainingRun) -> None:
        self.status = "KILLED"
        self.ended = threading.Event()
        self._run = run
        self._id = ""  # MLflow's, of its run
        self._facts: dict[str, Any] = {}  # parameters and tags that were sent
        self._epochs = 0  # that were sent

    def keep_up(self) -> None:
        """Send what is new every few seconds until the run has ended. Raises nothing."""
        is_failing = False
        has_ended = False
        while not has_ended:
            has_ended = self.ended.wait(SEND_EVERY_SECONDS)
            # A run that collects its drawings may not have the recipe yet that it trains with.
            if self._run.stage == TrainingRun.Stage.COLLECT:
                continue
            try:
                self._send()
                if has_ended:
                    self._finish()
                is_failing = False
            except Exception as error:  # whatever MLflow and its plugins raise, the training goes on
                if not is_failing:
                    logger.warning(
                        "The copy of %s in MLflow is incomplete, which the run does not wait for: %s", self._run, error
                    )
                is_failing = True

    def _send(self) -> None:
        from mlflow.entities import Param, RunTag

        self._id = self._id or self._begin()
        if (facts := dict(_flat(self._run.recipe)) | self._tags()) != self._facts:
            params = [Param(name, str(value)) for name, value in _flat(self._run.recipe)]
            tags = [RunTag(name, str(value)) for name, value in self._tags().items()]
            self._client.log_batch(self._id, params=params, tags=tags)
            self._facts = facts
        for epoch in self._run.history[self._epochs :]:
            self._log_metrics(epoch, step=epoch["epoch"])
            self._epochs = epoch["epoch"]

    def _log_metrics(self, metrics: Mapping[str, float], step: int) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self._client.log_batch(self._id, [Metric(name, value, now, step) for name, value in metrics.items()])

    def _begin(self) -> str:
        """Create a run in MLflow, or find that of a worker that died, and return its id."""
        for name, value in CLIENT_DEFAULTS.items():
            os.environ.setdefault(name, value)
        from mlflow import MlflowClient

        self._client = client = MlflowClient(settings.MLFLOW_TRACKING_URI)
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME", EXPERIMENT)
        experiment = client.get_experiment_by_name(name)
        experiment_id = experiment.experiment_id if experiment else client.create_experiment(name)
        identity = {"run": str(self._run.pk), "requested": self._run.created_at.isoformat()}
        wanted = " and ".join(f"tags.{name} = '{value}'" for name, value in identity.items())
        for earlier in client.search_runs([experiment_id], wanted):
            if self._run.history:
                client.update_run(earlier.info.run_id, status="RUNNING")
                self._epochs = int(earlier.data.metrics.get("epoch", 0))
                return str(earlier.info.run_id)
            client.set_terminated(earlier.info.run_id, "KILLED")  # it learnt something else
        return str(client.create_run(experiment_id, tags=identity, run_name=str(self._run)).info.run_id)

    def _tags(self) -> dict[str, Any]:
        run = self._run
        tags: dict[str, Any] = {"attempt": run.attempt, "commit": run.commit, "device": run.device}
        tags["classes"] = len(run.manifest["classes"])
        if run.version:
            tags |= {"version": run.version.number, "sha256": run.version.sha256}
        if run.verdict:
            promoted = bool(run.version and run.version.promoted_at)
            tags |= {"outcome": run.verdict["outcome"], "summary": run.verdict["summary"], "promoted": promoted}
        return tags

    def _finish(self) -> None:
        version = self._run.version
        if version:
            self._log_metrics(dict(_test_figures(version.metrics)), step=self._epochs)
        self._client.set_terminated(self._id, self.status)
        if self._run.verdict:
            self._client.log_dict(self._id, self._run.verdict, "verdict.json")
        if version:
            with TemporaryDirectory() as folder:
                file = Path(folder) / f"version-{version.number}.tflite"
                file.write_bytes(version.artifact)
                self._client.log_artifact(self._id, str(file))


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what is in nested dictionaries, with names such as "versions.keras"."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _test_figures(metrics: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield a version's figures on its test drawings, such as "test.base.top1", without those of single classes."""
    sides = {name: values for name, values in metrics.items() if name in ("base", "collected")}
    for side, values in sides.items():
        yield from ((f"test.{side}.{name}", value) for name, value in values.items() if isinstance(value, int | float))

"""Prometheus metrics of the predictions of this process; the package `monitoring` adds up all processes.

They count only what no table holds: figures in the database or in Redis are read there at scrape time.
"""

from __future__ import annotations

from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Histogram

from recognition.models import Prediction

METRICS = CollectorRegistry()

# Seconds. One drawing takes about a millisecond, see docs/benchmarks.md; a second indicates a fault.
_BUCKETS_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 1.0)


class Stage(StrEnum):
    """Whether a drawing was finished; predictions for unfinished drawings are far less confident."""

    DRAWING = "drawing"
    DONE = "done"


_ANSWERS = Counter(
    "doodle_answers",
    "Answers of the network, by whether the drawing was done and whether it was recognized",
    ["version", "stage", "recognized"],
    registry=METRICS,
)
_SECONDS = Histogram(
    "doodle_answer_seconds",
    "Time to rasterize a drawing and to run the network on it",
    ["version"],
    buckets=_BUCKETS_SECONDS,
    registry=METRICS,
)


def count_answer(prediction: Prediction, stage: Stage) -> None:
    """Count a prediction and its time in the metrics of this process."""
    version = str(prediction.model_version.number)
    _ANSWERS.labels(version, stage, "yes" if prediction.recognized else "no").inc()
    _SECONDS.labels(version).observe(prediction.milliseconds / 1000)

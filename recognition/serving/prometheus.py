"""What this process counts of its answers, for Prometheus; the package `watching` adds up all processes and shows it.

Only what is in no table is counted here: a figure that the database or Redis holds is read there when it is asked for.
"""

from __future__ import annotations

from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Histogram

from recognition.models import Prediction

METRICS = CollectorRegistry()

# Seconds. One drawing takes about a millisecond, see docs/benchmarks.md; what takes a second is a fault.
_RECOGNIZING = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 1.0)


class Stage(StrEnum):
    """What was recognized: guesses at half a drawing are far less sure than answers to one that is done."""

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
    buckets=_RECOGNIZING,
    registry=METRICS,
)


def count_answer(prediction: Prediction, stage: Stage) -> None:
    version = str(prediction.model_version.number)
    _ANSWERS.labels(version, stage, "yes" if prediction.recognized else "no").inc()
    _SECONDS.labels(version).observe(prediction.milliseconds / 1000)

"""What is read when it is asked for, as Prometheus wants it: it is in the database, in Redis or on the disk already.

Each figure comes from there and not from counters of processes because it must be right after a restart and on all
hosts. Every web host tells the same, so queries take the `max` of them. All of it is a few searches of indexes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from django.db import DatabaseError
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from monitoring.statistics import disk, drift, queue_stats, training_stats, user_accuracy
from recognition.models import ModelVersion

logger = logging.getLogger(__name__)


def model_figures() -> Iterator[Metric]:
    number = ModelVersion.objects.promoted().values_list("number", flat=True).first()
    yield _gauge("doodle_model_version", "Number of the version in service; 0 without one", number or 0)


def agreement_figures() -> Iterator[Metric]:
    judged = GaugeMetricFamily("doodle_judged", "Answers of the last 7 days that were judged", labels=["version"])
    right = GaugeMetricFamily("doodle_judged_right", "Those of them that people called right", labels=["version"])
    for version, share in user_accuracy.agreement().items():
        judged.add_metric([str(version)], share.judged)
        right.add_metric([str(version)], share.right)
    yield from (judged, right)


def drift_figures() -> Iterator[Metric]:
    shown = "of the latest 2,000 answers"
    names = {
        "doodle_latest_answers": f"How many {shown} are this version's",
        "doodle_latest_recognized_share": f"Share {shown} that were recognized",
        "doodle_latest_confidence": f"Average confidence {shown}",
        "doodle_tested_confidence": "Average confidence for the test drawings",
        "doodle_label_drift": f"Population stability index of the labels {shown} against the test, without chance",
        "doodle_confidence_drift": f"Population stability index of confidence {shown} against the test, without chance",
    }
    families = [GaugeMetricFamily(name, text, labels=["version"]) for name, text in names.items()]
    for one in drift.drifts():
        shifts = [each.index if each else None for each in (one.labels, one.bands)]
        values = [one.answers, one.recognized, one.confidence, one.tested_confidence, *shifts]
        for family, value in zip(families, values, strict=True):
            if value is not None:
                family.add_metric([str(one.version)], value)
    yield from families


def run_figures() -> Iterator[Metric]:
    told = training_stats.runs()
    states = GaugeMetricFamily("doodle_training_runs", "The latest 50 training runs by state", labels=["status"])
    for status, count in told.states.items():
        states.add_metric([status], count)
    failed = told.ended is not None and told.ended.status == training_stats.Status.FAILED
    yield states
    yield _gauge("doodle_training_last_failed", "1 when the training that ended last failed", failed)
    yield _gauge("doodle_training_waiting_seconds", "How long a training has been waiting for a worker", told.waits)
    yield _gauge("doodle_training_silent_seconds", "How long the running training gave no sign of life", told.silent)
    yield _gauge("doodle_training_progress", "Share of the epochs that the open training has behind it", told.progress)


def broker_figures() -> Iterator[Metric]:
    told = queue_stats.broker()
    queues = GaugeMetricFamily("doodle_queue_length", "Tasks that wait for a worker", labels=["queue"])
    for queue, length in told.queues.items():
        queues.add_metric([queue], length)
    seen = GaugeMetricFamily("doodle_process_silent_seconds", "Since the last sign of life", labels=["process"])
    for process in told.processes:
        seen.add_metric([process.name], process.seen)
    ended = CounterMetricFamily("doodle_tasks", "Tasks that ended", labels=["task", "state"])
    last = GaugeMetricFamily("doodle_task_last_seconds", "Since a task ended last", labels=["task"])
    for one in told.ended:
        ended.add_metric([one.task, one.state], one.times)
    for task, ago in {one.task: one.last for one in told.ended if one.last is not None}.items():
        last.add_metric([task], ago)
    yield from (queues, seen, ended, last)


def disk_figures() -> Iterator[Metric]:
    room = disk.disk()
    yield _gauge("doodle_disk_free_bytes", "Room left in DOODLE_VAR", room.free)
    yield _gauge("doodle_disk_bytes", "Size of the disk that holds DOODLE_VAR", room.total)


SOURCES: dict[str, Callable[[], Iterable[Metric]]] = {
    "model": model_figures,
    "agreement": agreement_figures,
    "drift": drift_figures,
    "training": run_figures,
    "broker": broker_figures,
    "disk": disk_figures,
}


class Figures(Collector):
    """All of it. A source that cannot be read is left out, and said to be."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("doodle_source_up", "1 when these figures could be read", labels=["source"])
        for name, figures in SOURCES.items():
            try:
                read = list(figures())
            except (DatabaseError, RedisError, OSError) as error:
                logger.warning("No figures of %s: %s", name, error)
                read = []
                up.add_metric([name], 0)
            else:
                up.add_metric([name], 1)
            yield from read
        yield up


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)

"""Gauges and counters that are read from the database, Redis and the disk on each scrape.

They do not come from counters of processes, because they must be right after a restart and on all hosts. Every web host
exports the same values, so queries take their `max`. A scrape costs a few index lookups.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from django.db import DatabaseError
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from monitoring.statistics.disk import disk_usage
from monitoring.statistics.drift import drift_by_version
from monitoring.statistics.queue_stats import queue_stats
from monitoring.statistics.training_stats import Status, training_stats
from monitoring.statistics.user_accuracy import accuracy_by_version
from recognition.models import ModelVersion

logger = logging.getLogger(__name__)


def model_metrics() -> Iterator[Metric]:
    number = ModelVersion.objects.promoted().values_list("number", flat=True).first()
    yield _gauge("doodle_model_version", "Number of the version in service; 0 without one", number or 0)


def accuracy_metrics() -> Iterator[Metric]:
    judged = GaugeMetricFamily("doodle_judged", "Answers of the last 7 days that were judged", labels=["version"])
    right = GaugeMetricFamily("doodle_judged_right", "Those of them that people called right", labels=["version"])
    for version, accuracy in accuracy_by_version().items():
        judged.add_metric([str(version)], accuracy.judged)
        right.add_metric([str(version)], accuracy.right)
    yield from (judged, right)


def drift_metrics() -> Iterator[Metric]:
    latest = "of the latest 2,000 answers"
    index = "Population stability index of"
    names = {
        "doodle_latest_answers": f"How many {latest} are this version's",
        "doodle_latest_recognized_share": f"Share {latest} that were recognized",
        "doodle_latest_confidence": f"Average confidence {latest}",
        "doodle_tested_confidence": "Average confidence for the test drawings",
        "doodle_label_drift": f"{index} the labels {latest} against the test, without chance",
        "doodle_confidence_drift": f"{index} confidence {latest} against the test, without chance",
    }
    families = [GaugeMetricFamily(name, text, labels=["version"]) for name, text in names.items()]
    for drift in drift_by_version():
        indices = [psi.value if psi else None for psi in (drift.label_index, drift.confidence_index)]
        values = [drift.predictions, drift.recognized, drift.confidence, drift.tested_confidence, *indices]
        for family, value in zip(families, values, strict=True):
            if value is not None:
                family.add_metric([str(drift.version)], value)
    yield from families


def training_metrics() -> Iterator[Metric]:
    stats = training_stats()
    counts = GaugeMetricFamily("doodle_training_runs", "The latest 50 training runs by state", labels=["status"])
    for status, count in stats.counts.items():
        counts.add_metric([status], count)
    failed = stats.last_finished is not None and stats.last_finished.status == Status.FAILED
    waiting, silent = stats.waiting_seconds, stats.silent_seconds
    yield counts
    yield _gauge("doodle_training_last_failed", "1 when the training that ended last failed", failed)
    yield _gauge("doodle_training_waiting_seconds", "How long a training has been waiting for a worker", waiting)
    yield _gauge("doodle_training_silent_seconds", "How long the running training gave no sign of life", silent)
    yield _gauge("doodle_training_progress", "Share of the epochs that the open training has behind it", stats.progress)


def queue_metrics() -> Iterator[Metric]:
    stats = queue_stats()
    queues = GaugeMetricFamily("doodle_queue_length", "Tasks that wait for a worker", labels=["queue"])
    for queue, length in stats.queues.items():
        queues.add_metric([queue], length)
    silent = GaugeMetricFamily("doodle_process_silent_seconds", "Since the last sign of life", labels=["process"])
    for process in stats.processes:
        silent.add_metric([process.name], process.seen)
    ended = CounterMetricFamily("doodle_tasks", "Tasks that ended", labels=["task", "state"])
    last_ended = GaugeMetricFamily("doodle_task_last_seconds", "Since a task ended last", labels=["task"])
    for task in stats.task_counts:
        ended.add_metric([task.task, task.state], task.count)
    for name, seconds in {task.task: task.last for task in stats.task_counts if task.last is not None}.items():
        last_ended.add_metric([name], seconds)
    yield from (queues, silent, ended, last_ended)


def disk_metrics() -> Iterator[Metric]:
    usage = disk_usage()
    yield _gauge("doodle_disk_free_bytes", "Room left in DOODLE_VAR", usage.free)
    yield _gauge("doodle_disk_bytes", "Size of the disk that holds DOODLE_VAR", usage.total)


SOURCES: dict[str, Callable[[], Iterable[Metric]]] = {
    "model": model_metrics,
    "agreement": accuracy_metrics,
    "drift": drift_metrics,
    "training": training_metrics,
    "broker": queue_metrics,
    "disk": disk_metrics,
}


class SiteCollector(Collector):
    """Collects the metrics of all sources. A source that cannot be read is skipped, and `doodle_source_up` is 0."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("doodle_source_up", "1 when these figures could be read", labels=["source"])
        for name, read in SOURCES.items():
            try:
                metrics = list(read())
            except (DatabaseError, RedisError, OSError) as error:
                logger.warning("No figures of %s: %s", name, error)
                metrics = []
                up.add_metric([name], 0)
            else:
                up.add_metric([name], 1)
            yield from metrics
        yield up


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)

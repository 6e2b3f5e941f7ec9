"""Requests and predictions that the web processes of this host counted since they started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitoring.metrics.prometheus_multiprocess import host_registry, read_lock

Buckets = Counter[float]  # upper bound in seconds → cumulative count, as in a Prometheus histogram


@dataclass
class ViewTraffic:
    """Requests to one view."""

    name: str
    requests: int = 0
    refused: int = 0  # 4xx
    failed: int = 0  # 5xx
    seconds: float = 0.0  # sum of all
    buckets: Buckets = field(default_factory=Counter)

    @property
    def average(self) -> float:
        return self.seconds / self.requests if self.requests else 0.0

    @property
    def p95(self) -> float:
        return histogram_quantile(self.buckets, 0.95)


@dataclass
class VersionTraffic:
    """Predictions of one version."""

    version: int
    done: int = 0  # of finished drawings
    recognized: int = 0  # of finished drawings
    guesses: int = 0  # of unfinished drawings
    buckets: Buckets = field(default_factory=Counter)

    @property
    def recognized_share(self) -> float | None:
        return self.recognized / self.done if self.done else None

    @property
    def p95(self) -> float:
        return histogram_quantile(self.buckets, 0.95)


@dataclass(frozen=True)
class Traffic:
    views: list[ViewTraffic]  # the most requested first
    versions: list[VersionTraffic]  # the newest first

    @property
    def requests(self) -> int:
        return sum(view.requests for view in self.views)

    @property
    def failed(self) -> int:
        return sum(view.failed for view in self.views)


def traffic() -> Traffic:
    views: dict[str, ViewTraffic] = {}
    versions: dict[str, VersionTraffic] = {}
    with read_lock():
        samples = [sample for family in host_registry().collect() for sample in family.samples]
    for sample in samples:
        if "view" in sample.labels:
            name = sample.labels["view"]
            _add_request(views.setdefault(name, ViewTraffic(name)), sample.name, sample.labels, sample.value)
        elif "version" in sample.labels:
            number = sample.labels["version"]
            version = versions.setdefault(number, VersionTraffic(int(number)))
            _add_prediction(version, sample.name, sample.labels, sample.value)
    return Traffic(
        sorted(views.values(), key=lambda view: (-view.requests, view.name)),
        sorted(versions.values(), key=lambda version: -version.version),
    )


def histogram_quantile(buckets: Mapping[float, float], quantile: float) -> float:
    """Estimate a quantile in seconds by linear interpolation, as Prometheus' histogram_quantile does."""
    total = max(buckets.values(), default=0)
    lower_bound, lower_count = 0.0, 0.0
    for bound, count in sorted(buckets.items()):
        if count >= quantile * total and count > lower_count:
            if bound == float("inf"):
                return lower_bound
            return lower_bound + (bound - lower_bound) * (quantile * total - lower_count) / (count - lower_count)
        lower_bound, lower_count = bound, count
    return lower_bound


def _add_request(view: ViewTraffic, name: str, labels: Mapping[str, str], value: float) -> None:
    if name == "doodle_requests_total":
        view.requests += int(value)
        view.refused += int(value) if labels["status"].startswith("4") else 0
        view.failed += int(value) if labels["status"].startswith("5") else 0
    elif name == "doodle_request_seconds_sum":
        view.seconds += value
    elif name == "doodle_request_seconds_bucket":
        view.buckets[float(labels["le"])] += int(value)


def _add_prediction(version: VersionTraffic, name: str, labels: Mapping[str, str], value: float) -> None:
    if name == "doodle_answers_total":
        done = labels["stage"] == "done"
        version.done += int(value) if done else 0
        version.recognized += int(value) if done and labels["recognized"] == "yes" else 0
        version.guesses += 0 if done else int(value)
    elif name == "doodle_answer_seconds_bucket":
        version.buckets[float(labels["le"])] += int(value)

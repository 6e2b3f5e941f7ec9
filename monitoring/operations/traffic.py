"""What the web processes of this host counted since they started, as a table for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitoring.metrics.prometheus_multiprocess import counted, undisturbed

Buckets = Counter[float]  # at most so many seconds → how many; "at most", so each holds the ones before


@dataclass
class View:
    """Requests for one kind of page."""

    name: str
    requests: int = 0
    refused: int = 0  # 4xx
    failed: int = 0  # 5xx
    seconds: float = 0.0
    buckets: Buckets = field(default_factory=Counter)

    @property
    def average(self) -> float:
        return self.seconds / self.requests if self.requests else 0.0

    @property
    def p95(self) -> float:
        return quantile(self.buckets, 0.95)


@dataclass
class Answers:
    """Answers of one version."""

    version: int
    done: int = 0
    recognized: int = 0  # of those to drawings that were done
    guesses: int = 0  # while somebody drew
    buckets: Buckets = field(default_factory=Counter)

    @property
    def recognized_share(self) -> float | None:
        return self.recognized / self.done if self.done else None

    @property
    def p95(self) -> float:
        return quantile(self.buckets, 0.95)


@dataclass(frozen=True)
class Traffic:
    views: list[View]  # the most asked for first
    answers: list[Answers]  # the newest version first

    @property
    def requests(self) -> int:
        return sum(view.requests for view in self.views)

    @property
    def failed(self) -> int:
        return sum(view.failed for view in self.views)


def traffic() -> Traffic:
    views: dict[str, View] = {}
    answers: dict[str, Answers] = {}
    with undisturbed():
        samples = [sample for family in counted().collect() for sample in family.samples]
    for sample in samples:
        if "view" in sample.labels:
            name = sample.labels["view"]
            _add_request(views.setdefault(name, View(name)), sample.name, sample.labels, sample.value)
        elif "version" in sample.labels:
            number = sample.labels["version"]
            _add_answer(answers.setdefault(number, Answers(int(number))), sample.name, sample.labels, sample.value)
    return Traffic(
        sorted(views.values(), key=lambda view: (-view.requests, view.name)),
        sorted(answers.values(), key=lambda one: -one.version),
    )


def quantile(buckets: Mapping[float, float], share: float) -> float:
    """Return below which number of seconds that share lies, as Prometheus' histogram_quantile guesses it."""
    total = max(buckets.values(), default=0)
    below, count_below = 0.0, 0.0
    for bound, count in sorted(buckets.items()):
        if count >= share * total and count > count_below:
            if bound == float("inf"):
                return below
            return below + (bound - below) * (share * total - count_below) / (count - count_below)
        below, count_below = bound, count
    return below


def _add_request(view: View, name: str, labels: Mapping[str, str], value: float) -> None:
    if name == "doodle_requests_total":
        view.requests += int(value)
        view.refused += int(value) if labels["status"].startswith("4") else 0
        view.failed += int(value) if labels["status"].startswith("5") else 0
    elif name == "doodle_request_seconds_sum":
        view.seconds += value
    elif name == "doodle_request_seconds_bucket":
        view.buckets[float(labels["le"])] += int(value)


def _add_answer(one: Answers, name: str, labels: Mapping[str, str], value: float) -> None:
    if name == "doodle_answers_total":
        done = labels["stage"] == "done"
        one.done += int(value) if done else 0
        one.recognized += int(value) if done and labels["recognized"] == "yes" else 0
        one.guesses += 0 if done else int(value)
    elif name == "doodle_answer_seconds_bucket":
        one.buckets[float(labels["le"])] += int(value)

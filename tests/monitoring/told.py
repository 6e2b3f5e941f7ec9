"""What /metrics tells, as tests ask for it."""

from __future__ import annotations

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def told(prometheus: Client) -> Figures:
    return figures_in(prometheus.get("/metrics").content.decode())


def figures_in(text: str) -> Figures:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figure(figures: Figures, name: str, **labels: str) -> float:
    return figures.get((name, frozenset(labels.items())), 0.0)

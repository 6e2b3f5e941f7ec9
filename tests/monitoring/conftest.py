from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from monitoring import request_middleware
from monitoring.statistics import drift, queue_stats, training_stats, user_accuracy


@pytest.fixture(autouse=True)
def forget_figures() -> None:
    """Every test looks for itself: ids of versions come again, and what others asked for crowds out its requests."""
    for kept in (user_accuracy.agreement, queue_stats.broker, drift.drifts, training_stats.runs):
        kept.forget()
    drift._baseline.cache_clear()
    for counted in (request_middleware._REQUESTS, request_middleware._SECONDS):
        counted.clear()


@pytest.fixture
def prometheus() -> Client:
    """A client that may read /metrics."""
    return Client(headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"})

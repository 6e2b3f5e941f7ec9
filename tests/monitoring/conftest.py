from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from monitoring import request_middleware
from monitoring.statistics import drift
from monitoring.statistics.drift import drift_by_version
from monitoring.statistics.queue_stats import queue_stats
from monitoring.statistics.training_stats import training_stats
from monitoring.statistics.user_accuracy import accuracy_by_version


@pytest.fixture(autouse=True)
def clear_caches() -> None:
    """Clear cached statistics and counters: primary keys repeat between tests."""
    for cached in (accuracy_by_version, queue_stats, drift_by_version, training_stats):
        cached.cache_clear()
    drift._baseline.cache_clear()
    for metric in (request_middleware._REQUESTS, request_middleware._SECONDS):
        metric.clear()


@pytest.fixture
def prometheus() -> Client:
    """A client that may read /metrics."""
    return Client(headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"})

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from watching import agreement, broker, drift, requests, runs


@pytest.fixture(autouse=True)
def forget_figures() -> None:
    """Every test looks for itself: ids of versions come again, and what others asked for crowds out its requests."""
    for kept in (agreement.agreement, broker.broker, drift.drifts, runs.runs):
        kept.forget()
    drift._baseline.cache_clear()
    for counted in (requests._REQUESTS, requests._SECONDS):
        counted.clear()


@pytest.fixture
def prometheus() -> Client:
    """A client that may read /metrics."""
    return Client(headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"})

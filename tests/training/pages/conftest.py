from __future__ import annotations

from typing import Any

import pytest

from recognition.models import ModelVersion
from tests.factories import make_version


def measured(top1: float, said: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Return metrics of one set of drawings, as training.evaluation.metrics.measure makes them."""
    classes = {
        label: {
            "support": sum(row.values()),
            "recall": row.get(label, 0) / sum(row.values()),
            "precision": 0.9,
            "said": row,
        }
        for label, row in said.items()
    }
    curve = [{"count": 40, "confidence": 0.35, "accuracy": 0.4}, {"count": 1194, "confidence": 0.97, "accuracy": 0.93}]
    return {"count": 1234, "top1": top1, "top3": 0.98, "top5": 0.99, "reliability": curve, "classes": classes}


@pytest.fixture
def version(db: None) -> ModelVersion:
    """The tiny network, which takes cats for fish and eyes for bananas now and then."""
    version = make_version()
    version.metrics = {
        "base": measured(
            0.912, {"cat": {"cat": 80, "fish": 20}, "eye": {"eye": 97, "banana": 3}, "fish": {"fish": 100}}
        ),
        "collected": measured(0.5, {"cat": {"cat": 1, "fish": 1}}),
    }
    version.save(update_fields=["metrics"])
    return version

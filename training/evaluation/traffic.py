"""What people would notice of a new version: its gains and losses of recall, weighed by what they draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Count
from django.utils import timezone

from recognition.models import Drawing
from training.evaluation.paired import Paired

TRAFFIC_DAYS = 30


def traffic_utility(tested: Paired, labels: Sequence[str]) -> dict[str, Any]:
    """Return how many points of right answers are gained and lost, weighed by the labels of the last 30 days.

    tested: the test drawings that give the recall of each class; their targets index `labels`.
    "drawings": how many labelled drawings of the last 30 days weigh; 0 without any, and nothing is gained or lost.
    """
    since = timezone.now() - timedelta(days=TRAFFIC_DAYS)
    recent = Drawing.objects.by_people().filter(created_at__gte=since, label__name__in=labels)
    drawn = Counter(dict(recent.order_by().values_list("label__name").annotate(count=Count("pk"))))
    shares = np.array([drawn[label] for label in labels]) / max(1, drawn.total())
    weighed = shares * tested.recall_changes(len(labels))
    return {
        "days": TRAFFIC_DAYS,
        "drawings": drawn.total(),
        "gained_points": round(100 * float(np.maximum(weighed, 0).sum()), 2),
        "lost_points": round(100 * float(np.maximum(-weighed, 0).sum()), 2),
    }

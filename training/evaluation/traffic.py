"""What people would notice of a new version: its gains and losses of recall, weighed by what they draw."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Count
from django.utils import timezone

from recognition.imaging.splits import Split
from recognition.models import Drawing
from training.data.dataset import Dataset
from training.evaluation.metrics import Predictions

TRAFFIC_DAYS = 30


def traffic_utility(dataset: Dataset, candidate: Predictions, champion: Predictions) -> dict[str, Any]:
    """Return how many points of right answers are gained and lost, weighed by the labels of the last 30 days.

    candidate, champion: their answers to the base test drawings, which give the recall of each class.
    "drawings": how many labelled drawings of the last 30 days weigh; 0 without any, and nothing is gained or lost.
    """
    since = timezone.now() - timedelta(days=TRAFFIC_DAYS)
    recent = Drawing.objects.by_people().filter(created_at__gte=since, label__name__in=dataset.labels)
    drawn = Counter(dict(recent.order_by().values_list("label__name").annotate(count=Count("pk"))))
    targets = dataset.base[Split.TEST].targets
    differences = candidate.correct.astype(int) - champion.correct.astype(int)
    tested = np.bincount(targets, minlength=len(dataset.labels))
    changes = np.bincount(targets, differences, len(dataset.labels)) / np.maximum(tested, 1)  # of recall, (labels,)
    shares = np.array([drawn[label] for label in dataset.labels]) / max(1, drawn.total())
    weighed = shares * changes
    return {
        "days": TRAFFIC_DAYS,
        "drawings": drawn.total(),
        "gained_points": round(100 * float(weighed[weighed > 0].sum()), 2),
        "lost_points": round(-100 * float(weighed[weighed < 0].sum()), 2),
    }

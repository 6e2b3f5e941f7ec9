"""How often people call answers right, out of the tallies that are kept as they say it: a row a version and day."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from monitoring.statistics.ttl_cache import kept_for
from recognition.models import DayTally
from recognition.stats.proportion import Proportion

DAYS = 7


@kept_for(15)
def agreement() -> dict[int, Proportion]:
    """Return by version how the answers of the last days were judged, the newest version first.

    A day is that on which the answer was given: what people say later about an older one is not in it.
    """
    since = timezone.now().date() - timedelta(days=DAYS - 1)
    recent = DayTally.objects.filter(day__gte=since, judged__gt=0).values_list("version").order_by("-version")
    return {
        version: Proportion(right, judged) for version, right, judged in recent.annotate(Sum("right"), Sum("judged"))
    }

"""How often people call predictions right, from the counters that each feedback updates: a row a version and day."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from monitoring.statistics.ttl_cache import cached_for
from recognition.models import DayTally
from recognition.stats.proportion import Proportion

WINDOW_DAYS = 7


@cached_for(15)
def accuracy_by_version() -> dict[int, Proportion]:
    """Return the share of judged predictions that were right, by version number, the newest version first.

    A day is the one of the prediction. Later feedback on an older prediction is not included.
    """
    since = timezone.now().date() - timedelta(days=WINDOW_DAYS - 1)
    tallies = DayTally.objects.filter(day__gte=since, judged__gt=0).values_list("version").order_by("-version")
    sums = tallies.annotate(Sum("right"), Sum("judged"))
    return {version: Proportion(right, judged) for version, right, judged in sums}

"""The admin's index page: what `recognition` shows there, the open run, and charts of the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils import timezone

from recognition.admin import dashboard
from recognition.models import DayTally, Drawing
from recognition.stats.proportion import Proportion
from training.jobs.charts import Chart, ChartLine
from training.jobs.run_display import display_run
from training.models import TrainingRun

DAYS = 28


@dataclass(frozen=True)
class Day:
    """What happened on a day."""

    day: date
    drawn: int
    confidence: float | None  # mean of the shown predictions, 0 to 1
    share: Proportion  # called right


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the user has permission to view to the template context."""
    context = dashboard.dashboard_context(request, context)
    if request.user.has_perm("training.view_trainingrun"):
        run = TrainingRun.objects.open().first()
        context |= {"run": run, "shown": run and display_run(run)}
    if request.user.has_perm("recognition.view_drawing"):
        days = _days()
        context |= {"days": days, "charts": _charts(days)}
    return context


def _days() -> list[Day]:
    """Return the last days, the oldest first; [] when nobody drew."""
    today = timezone.localdate()
    since = datetime.combine(today - timedelta(days=DAYS - 1), time(), UTC)
    drawings = Drawing.objects.by_people().filter(created_at__gte=since).order_by()
    by_day = drawings.annotate(day=TruncDate("created_at")).values_list("day")
    shown = Avg("predictions__confidence", filter=Q(predictions__trial=None))
    drawn = {day: (count, mean) for day, count, mean in by_day.annotate(count=Count("pk", distinct=True), mean=shown)}
    tallies = DayTally.objects.filter(day__gte=since.date()).values_list("day").order_by()
    judged = {day: Proportion(right, judged) for day, right, judged in tallies.annotate(Sum("right"), Sum("judged"))}
    days = (since.date() + timedelta(days=number) for number in range(DAYS))
    return [Day(day, *drawn.get(day, (0, None)), judged.get(day, Proportion(0, 0))) for day in days] if drawn else []


def _charts(days: Sequence[Day]) -> list[tuple[str, Chart]]:
    if not days:
        return []
    places = [datetime.combine(day.day, time(), UTC).timestamp() for day in days]
    drawings = ChartLine("drawings", [day.drawn for day in days])
    shares = [
        ChartLine.from_proportions("right, people say", [day.share for day in days]),
        ChartLine("mean confidence", [day.confidence for day in days]),
    ]
    return [
        ("Drawings", Chart("time", "day", places, [drawings], "count")),
        ("Accuracy and confidence", Chart("time", "day", places, shares)),
    ]

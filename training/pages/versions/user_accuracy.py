"""How often people called a version's answers right, out of the tallies that are kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from recognition.models import BandTally, ClassTally, DayTally, PairTally
from recognition.models.judgement import CONFIDENCE_SCALE
from recognition.models.tally import TALLY_BANDS
from recognition.stats.proportion import Proportion
from training.pages.versions.charts import Chart, Line
from training.pages.versions.examples import Pair
from training.pages.versions.reliability import Bin, reliability_chart

DAYS = 21  # that are shown one by one; a longer time is shown by week
RECENT = timedelta(weeks=52)
WORST = 8  # confusions shown


@dataclass(frozen=True)
class Period:
    start: date
    share: Proportion


@dataclass(frozen=True)
class Timeline:
    """The answers that people judged, by the day or the week in which they were given."""

    step: str  # day or week
    periods: list[Period]

    @property
    def total(self) -> Proportion:
        return added_up(period.share for period in self.periods)

    @property
    def chart(self) -> Chart:
        places = [datetime.combine(period.start, time(), UTC).timestamp() for period in self.periods]
        return Chart("time", self.step, places, [Line.of("called right", [period.share for period in self.periods])])


@dataclass(frozen=True)
class ClassShare:
    label: str  # empty: none of the classes
    share: Proportion


@dataclass(frozen=True)
class People:
    """What people said about the answers of one version."""

    timeline: Timeline
    bins: list[Bin]
    classes: list[ClassShare]  # the best first
    worst: list[Pair]  # the most frequent first
    name: str = "people"  # as sets of test drawings have one, in addresses

    @property
    def total(self) -> Proportion:
        return self.timeline.total

    @property
    def reliability(self) -> Chart:
        return reliability_chart(self.bins)


def of_version(number: int) -> People:
    """Return what people said about a version's answers."""
    return People(timeline(DayTally.objects.filter(version=number)), _bins(number), _classes(number), _worst(number))


def recently() -> Timeline:
    """Return what people said about the answers of the last year, whichever version gave them."""
    return timeline(DayTally.objects.filter(day__gt=timezone.now().date() - RECENT))


def by_version(numbers: Iterable[int]) -> dict[int, Proportion]:
    """Return how often people called the answers of these versions right."""
    rows = DayTally.objects.filter(version__in=list(numbers)).values_list("version")
    sums = rows.order_by().annotate(Sum("right"), Sum("judged"))
    return {number: Proportion(right, judged) for number, right, judged in sums}


def pairs(number: int) -> dict[tuple[str, str], int]:
    """Return how often drawings of one class were taken for another or recognized: {(is, said): times}."""
    rows = PairTally.objects.filter(version=number, judged__gt=0).exclude(label="")
    return {(label, guess): judged for label, guess, judged in rows.values_list("label", "guess", "judged")}


def timeline(days: QuerySet[DayTally]) -> Timeline:
    """Add up days, or weeks where there are too many days to be told apart."""
    rows = days.filter(judged__gt=0).values_list("day").order_by("day").annotate(Sum("right"), Sum("judged"))
    shares = {day: Proportion(right, judged) for day, right, judged in rows}
    if not shares or max(shares) - min(shares) < timedelta(days=DAYS):
        return Timeline("day", [Period(day, share) for day, share in shares.items()])
    return Timeline("week", [Period(monday, share) for monday, share in _by_week(shares).items()])


def added_up(shares: Iterable[Proportion]) -> Proportion:
    found = list(shares)
    return Proportion(sum(share.right for share in found), sum(share.judged for share in found))


def _by_week(shares: Mapping[date, Proportion]) -> dict[date, Proportion]:
    weeks: dict[date, Proportion] = {}
    for day, share in shares.items():
        monday = day - timedelta(days=day.weekday())
        weeks[monday] = added_up([weeks.get(monday, Proportion(0, 0)), share])
    return weeks


def _bins(number: int) -> list[Bin]:
    return [
        Bin(
            tally.confidence / CONFIDENCE_SCALE / tally.judged,
            Proportion(tally.right, tally.judged),
            (tally.band, TALLY_BANDS),
        )
        for tally in BandTally.objects.filter(version=number, judged__gt=0).order_by("band")
    ]


def _classes(number: int) -> list[ClassShare]:
    tallies = ClassTally.objects.filter(version=number, judged__gt=0)
    classes = [ClassShare(tally.label, Proportion(tally.right, tally.judged)) for tally in tallies]
    return sorted(classes, key=lambda one: (-(one.share.value or 0), one.label))


def _worst(number: int) -> list[Pair]:
    wrong = PairTally.objects.filter(version=number, right=0, judged__gt=0).exclude(label="").exclude(label=F("guess"))
    rows = wrong.order_by("-judged", "pk").values_list("label", "guess", "judged")[:WORST]
    return [Pair(label, said, count, number) for label, said, count in rows]

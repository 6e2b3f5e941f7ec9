"""User accuracy: the share of a version's answers that users judged right, from the stored tallies."""

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
from training.jobs.charts import Chart, ChartLine
from training.pages.confusion.confused_pairs import ConfusedPair
from training.pages.versions.reliability import ReliabilityBin, reliability_chart

MAX_DAYS = 21  # shown day by day; longer times are shown week by week
RECENT_TIME = timedelta(weeks=52)
MAX_CONFUSIONS = 8  # shown


@dataclass(frozen=True)
class Period:
    start: date
    share: Proportion


@dataclass(frozen=True)
class Timeline:
    """User accuracy by the day or week of the answers."""

    step: str  # day or week
    periods: list[Period]

    @property
    def total(self) -> Proportion:
        return sum_proportions(period.share for period in self.periods)

    @property
    def chart(self) -> Chart:
        positions = [datetime.combine(period.start, time(), UTC).timestamp() for period in self.periods]
        line = ChartLine.from_proportions("right, people say", [period.share for period in self.periods])
        return Chart("time", self.step, positions, [line])


@dataclass(frozen=True)
class ClassAccuracy:
    label: str  # empty: a drawing of no known class
    share: Proportion


@dataclass(frozen=True)
class UserAccuracy:
    """How users judged the answers of one version."""

    timeline: Timeline
    bins: list[ReliabilityBin]
    classes: list[ClassAccuracy]  # best first
    worst: list[ConfusedPair]  # most frequent first
    name: str = "people"  # in addresses, as test sets have a name

    @property
    def total(self) -> Proportion:
        return self.timeline.total

    @property
    def reliability(self) -> Chart:
        return reliability_chart(self.bins)


def user_accuracy(number: int) -> UserAccuracy:
    """Return how users judged the answers of a version."""
    days = DayTally.objects.filter(version=number)
    return UserAccuracy(build_timeline(days), _bins(number), _classes(number), _worst_pairs(number))


def recent_timeline() -> Timeline:
    """Return the user accuracy of all versions together over the last year."""
    return build_timeline(DayTally.objects.filter(day__gt=timezone.now().date() - RECENT_TIME))


def accuracy_by_version(numbers: Iterable[int]) -> dict[int, Proportion]:
    """Return the user accuracy of some versions, by number. Versions without judgements are missing."""
    rows = DayTally.objects.filter(version__in=list(numbers)).values_list("version")
    sums = rows.order_by().annotate(Sum("right"), Sum("judged"))
    return {number: Proportion(right, judged) for number, right, judged in sums}


def build_timeline(days: QuerySet[DayTally]) -> Timeline:
    """Sum the tallies by day, or by week if there are many days."""
    rows = days.filter(judged__gt=0).values_list("day").order_by("day").annotate(Sum("right"), Sum("judged"))
    shares = {day: Proportion(right, judged) for day, right, judged in rows}
    if not shares or max(shares) - min(shares) < timedelta(days=MAX_DAYS):
        return Timeline("day", [Period(day, share) for day, share in shares.items()])
    return Timeline("week", [Period(monday, share) for monday, share in _by_week(shares).items()])


def sum_proportions(shares: Iterable[Proportion]) -> Proportion:
    """Return the proportion of all answers together."""
    proportions = list(shares)
    return Proportion(sum(share.right for share in proportions), sum(share.judged for share in proportions))


def _by_week(shares: Mapping[date, Proportion]) -> dict[date, Proportion]:
    weeks: dict[date, Proportion] = {}
    for day, share in shares.items():
        monday = day - timedelta(days=day.weekday())
        weeks[monday] = sum_proportions([weeks.get(monday, Proportion(0, 0)), share])
    return weeks


def _bins(number: int) -> list[ReliabilityBin]:
    return [
        ReliabilityBin(
            confidence=tally.confidence / CONFIDENCE_SCALE / tally.judged,
            share=Proportion(tally.right, tally.judged),
            band=(tally.band, TALLY_BANDS),
        )
        for tally in BandTally.objects.filter(version=number, judged__gt=0).order_by("band")
    ]


def _classes(number: int) -> list[ClassAccuracy]:
    tallies = ClassTally.objects.filter(version=number, judged__gt=0)
    classes = [ClassAccuracy(tally.label, Proportion(tally.right, tally.judged)) for tally in tallies]
    return sorted(classes, key=lambda accuracy: (-(accuracy.share.value or 0), accuracy.label))


def _worst_pairs(number: int) -> list[ConfusedPair]:
    wrong = PairTally.objects.filter(version=number, right=0, judged__gt=0).exclude(label="").exclude(label=F("guess"))
    rows = wrong.order_by("-judged", "pk").values_list("label", "guess", "judged")[:MAX_CONFUSIONS]
    return [ConfusedPair(label, said, count, number) for label, said, count in rows]

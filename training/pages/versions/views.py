"""The pages of the model registry: all versions, one version, and a comparison of two.

The pages are long tables and therefore compressed. They have no secrets that their length could reveal (BREACH).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import FloatField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from recognition.models import ModelVersion, Promotion
from recognition.pages.rate_limit import limited
from recognition.stats.proportion import Proportion
from training.jobs.charts import Chart, ChartLine
from training.pages.confusion.confused_pairs import with_examples
from training.pages.versions.comparison import VersionComparison
from training.pages.versions.training_summary import training_summary
from training.pages.versions.user_accuracy import accuracy_by_version, recent_timeline, user_accuracy
from training.pages.versions.version_metrics import evaluation_results

PAGE_SIZE = 30  # versions
MAX_PROMOTIONS = 20  # shown
# Fields that may be megabytes and are not shown.
LARGE_FIELDS = ("artifact",)
LARGE_PARENT_FIELDS = ("parent__artifact", "parent__metrics", "parent__labels")
LARGE_RUN_FIELDS = ("training_run__manifest",)


@require_safe
@limited("reads")
@gzip_page
def version_list(request: HttpRequest) -> HttpResponse:
    """List the versions, newest first, with their accuracy and the promotions."""
    rows = (
        ModelVersion.objects.with_in_service()
        .select_related("parent")
        .defer("metrics", *LARGE_FIELDS, *LARGE_PARENT_FIELDS)
    )
    rows = rows.annotate(top1=_top1("base"), top1_collected=_top1("collected"))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shares = accuracy_by_version(version.number for version in page)
    listed = [(version, shares.get(version.number, Proportion(0, 0))) for version in page]
    context = {
        "page": page,
        "versions": listed,
        "chart": _chart(listed[::-1]),
        "timeline": recent_timeline(),
        "promotions": Promotion.objects.select_related("version").only("at", "reason", "version__number")[
            :MAX_PROMOTIONS
        ],
    }
    return render(request, "models/list.html", context)


@require_safe
@limited("pages")
@gzip_page
def version_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version: its classes, its accuracy, and its training."""
    version = get_object_or_404(without_large_fields(), number=number)
    results, people = evaluation_results(version), user_accuracy(number)
    pairs = with_examples({result.name: result.worst for result in results} | {"people": people.worst})
    context = {
        "version": version,
        "measured": [(result, pairs[result.name]) for result in results],
        "people": people,
        "people_pairs": pairs["people"],
        "learning": training_summary(version),
        "promotions": version.promotions.all(),
    }
    return render(request, "models/detail.html", context)


@require_safe
@limited("pages")
@gzip_page
def compare_versions(request: HttpRequest) -> HttpResponse:
    """Show two versions side by side: `?a=3&b=5`."""
    numbers = [request.GET.get(name, "") for name in ("a", "b")]
    if not all(number.isdecimal() and len(number) < 10 for number in numbers):
        raise Http404("Say which two versions: ?a=1&b=2")
    by_number = {str(version.number): version for version in without_large_fields().filter(number__in=numbers)}
    if any(number not in by_number for number in numbers):
        raise Http404("There are no such versions.")
    first, second = (by_number[number] for number in numbers)
    return render(request, "models/compare.html", {"comparison": VersionComparison(first, second)})


def without_large_fields() -> QuerySet[ModelVersion]:
    """Return the versions with their parents and runs, without fields that may be megabytes."""
    return (
        ModelVersion.objects.with_in_service()
        .select_related("parent", "training_run")
        .defer(*LARGE_FIELDS, *LARGE_PARENT_FIELDS, *LARGE_RUN_FIELDS)
    )


def _chart(listed: Sequence[tuple[ModelVersion, Proportion]]) -> Chart:
    """Return the chart of the versions' accuracy, measured in three ways. listed: oldest first."""
    versions = [version for version, _ in listed]
    lines = [
        ChartLine("Quick, Draw! test", [version.top1 for version in versions]),  # type: ignore[attr-defined]
        ChartLine("collected test", [version.top1_collected for version in versions]),  # type: ignore[attr-defined]
        ChartLine.from_proportions("right, people say", [share for _, share in listed]),
    ]
    return Chart("number", "version", [version.number for version in versions], lines)


def _top1(drawings: str) -> Cast:
    return Cast(KT(f"metrics__{drawings}__top1"), FloatField())

"""The registry: every version, how good it is, what it learnt from, how it came into service.

Its pages are long tables, so they are compressed; they hold no secrets that their length could tell of.
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
from training.pages.confusion.confusion_matrix import Matrix
from training.pages.versions import user_accuracy
from training.pages.versions.charts import Chart, Line
from training.pages.versions.comparison import Comparison
from training.pages.versions.examples import with_examples
from training.pages.versions.training_summary import learning_of
from training.pages.versions.version_metrics import measured

PAGE = 30  # versions
PROMOTIONS = 20
# What may be megabytes, and is not shown.
OF_ITSELF = ("artifact",)
OF_PARENT = ("parent__artifact", "parent__metrics", "parent__labels")
OF_RUN = ("training_run__manifest",)


@require_safe
@limited("reads")
@gzip_page
def versions(request: HttpRequest) -> HttpResponse:
    """List the versions, newest first, how good people find their answers, and what was in service when."""
    rows = ModelVersion.objects.with_in_service().select_related("parent").defer("metrics", *OF_ITSELF, *OF_PARENT)
    rows = rows.annotate(top1=_share("base"), top1_collected=_share("collected"))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shares = user_accuracy.by_version(version.number for version in page)
    listed = [(version, shares.get(version.number, Proportion(0, 0))) for version in page]
    context = {
        "page": page,
        "versions": listed,
        "chart": _chart(listed[::-1]),
        "timeline": user_accuracy.recently(),
        "promotions": Promotion.objects.select_related("version").only("at", "reason", "version__number")[:PROMOTIONS],
    }
    return render(request, "models/list.html", context)


@require_safe
@limited("pages")
@gzip_page
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version: what it knows, how well, from what it learnt, and how that went."""
    version = get_object_or_404(light(), number=number)
    tests, said = measured(version), user_accuracy.of_version(number)
    pairs = with_examples({one.name: one.worst for one in tests} | {"people": said.worst})
    context = {
        "version": version,
        "measured": [(one, pairs[one.name]) for one in tests],
        "people": said,
        "people_pairs": pairs["people"],
        "people_matrix": Matrix.of_pairs(version.labels, {}),  # its size; the picture is fetched by itself
        "learning": learning_of(version),
        "promotions": version.promotions.all(),
    }
    return render(request, "models/detail.html", context)


@require_safe
@limited("pages")
def compare(request: HttpRequest) -> HttpResponse:
    """Show two versions side by side: `?a=3&b=5`."""
    numbers = [request.GET.get(name, "") for name in ("a", "b")]
    if not all(number.isdecimal() and len(number) < 10 for number in numbers):
        raise Http404("Say which two versions: ?a=1&b=2")
    found = {str(version.number): version for version in light().filter(number__in=numbers)}
    if any(number not in found for number in numbers):
        raise Http404("There are no such versions.")
    first, second = (found[number] for number in numbers)
    return render(request, "models/compare.html", {"comparison": Comparison(first, second)})


def light() -> QuerySet[ModelVersion]:
    """Return the versions with their parents and runs, without what may be megabytes."""
    return (
        ModelVersion.objects.with_in_service()
        .select_related("parent", "training_run")
        .defer(*OF_ITSELF, *OF_PARENT, *OF_RUN)
    )


def _chart(listed: Sequence[tuple[ModelVersion, Proportion]]) -> Chart:
    """Return how good versions are, by each way to measure it, the oldest first."""
    versions = [version for version, _ in listed]
    lines = [
        Line("Quick, Draw! test", [version.top1 for version in versions]),  # type: ignore[attr-defined]
        Line("collected test", [version.top1_collected for version in versions]),  # type: ignore[attr-defined]
        Line.of("called right by people", [share for _, share in listed]),
    ]
    return Chart("version", "version", [version.number for version in versions], lines)


def _share(drawings: str) -> Cast:
    return Cast(KT(f"metrics__{drawings}__top1"), FloatField())

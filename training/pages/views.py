"""The registry: every version, what it knows, what it learnt from, how it came into service."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import FloatField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from recognition.models import ModelVersion, Promotion
from training.manifest import summarize
from training.models import TrainingRun
from training.pages.comparison import Comparison
from training.pages.figures import measured
from training.shown import shown

PAGE = 30  # versions
PROMOTIONS = 20


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """List the versions, newest first, and what was in service when."""
    rows = ModelVersion.objects.defer("artifact", "metrics").select_related("parent").defer(*_of_parent())
    rows = rows.annotate(top1=_share("base"), top1_collected=_share("collected"))
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "champion": ModelVersion.objects.current(),
        "promotions": Promotion.objects.select_related("version").only("at", "reason", "version__number")[:PROMOTIONS],
    }
    return render(request, "models/list.html", context)


@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version: what it knows, how well, from what it learnt, and how that went."""
    version = get_object_or_404(_light(), number=number)
    run = TrainingRun.objects.filter(version=version).first()
    context = {
        "version": version,
        "champion": ModelVersion.objects.current(),
        "measured": measured(version),
        "run": run,
        "shown": run and shown(run),
        "summary": run and summarize(run.manifest),
        "promotions": version.promotions.all(),
    }
    return render(request, "models/detail.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show two versions side by side: `?a=3&b=5`."""
    numbers = [request.GET.get(name, "") for name in ("a", "b")]
    if not all(number.isdecimal() and len(number) < 10 for number in numbers):
        raise Http404("Say which two versions: ?a=1&b=2")
    found = {str(version.number): version for version in _light().filter(number__in=numbers)}
    if any(number not in found for number in numbers):
        raise Http404("There are no such versions.")
    first, second = (found[number] for number in numbers)
    return render(request, "models/compare.html", {"comparison": Comparison(first, second)})


def _light() -> QuerySet[ModelVersion]:
    return ModelVersion.objects.defer("artifact").select_related("parent", "training_run").defer(*_of_parent())


def _of_parent() -> list[str]:
    return ["artifact", "parent__artifact", "parent__metrics", "parent__labels"]


def _share(drawings: str) -> Cast:
    return Cast(KT(f"metrics__{drawings}__top1"), FloatField())

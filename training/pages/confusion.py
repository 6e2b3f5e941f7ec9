"""The confusion matrix of a version, and the drawings behind its cells."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from recognition.models import ModelVersion
from training.pages.behind import Cell
from training.pages.matrix import Matrix

DRAWINGS = ("base", "collected")


@require_safe
@cache_control(public=True, max_age=86_400)  # a version's metrics never change
def picture(request: HttpRequest, number: int, drawings: str) -> HttpResponse:
    """Send the matrix as a PNG, one pixel for each cell."""
    return HttpResponse(_matrix(_version(number), drawings).png(), content_type="image/png")


@require_safe
def cell(request: HttpRequest, number: int) -> HttpResponse:
    """Show the drawings behind a cell: `?on=base&is=cat&said=dog`, or where the picture was clicked, in pixels."""
    version = _version(number)
    drawings = request.GET.get("on", "base")
    if "cell.x" in request.GET:
        return HttpResponseRedirect(_clicked(request, version, drawings))
    label, said = request.GET.get("is", ""), request.GET.get("said", "")
    if label not in version.labels or said not in version.labels or drawings not in DRAWINGS:
        raise Http404(f"Version {number} knows no such classes.")
    cell = Cell(version, label, said)
    examples = cell.base() if drawings == "base" else cell.collected()
    return render(
        request, "models/confusion.html", {"version": version, "on": drawings, "cell": cell, "examples": examples}
    )


def _version(number: int) -> ModelVersion:
    return get_object_or_404(ModelVersion.objects.defer("artifact"), number=number)


def _matrix(version: ModelVersion, drawings: str) -> Matrix:
    measured = version.metrics.get(drawings) if drawings in DRAWINGS else None
    if not measured or not measured.get("count"):
        raise Http404(f"Version {version.number} was not measured on such drawings.")
    return Matrix.of(version.labels, measured)


def _clicked(request: HttpRequest, version: ModelVersion, drawings: str) -> str:
    matrix = _matrix(version, drawings)
    try:
        column, row = (max(0, int(request.GET[name])) // matrix.cell for name in ("cell.x", "cell.y"))
        place = {"on": drawings, "is": matrix.labels[row], "said": matrix.labels[column]}
    except (KeyError, ValueError, IndexError) as error:
        raise Http404("The click was beside the picture.") from error
    return f"{reverse('model-confusion', args=[version.number])}?{urlencode(place)}"

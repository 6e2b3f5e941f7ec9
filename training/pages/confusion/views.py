"""The confusion matrix of a version, and the drawings behind its cells."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from recognition.models import ModelVersion
from recognition.pages.rate_limit import limited
from recognition.stats.metric_labels import DATASET_LABELS
from training.pages.confusion.confusion_examples import Cell
from training.pages.confusion.confusion_matrix import Matrix
from training.pages.versions import user_accuracy
from training.pages.versions.examples import Pair, drawings_of

PEOPLE = "people"  # beside the sets of test drawings: what people judged
FOR_EVER, A_MINUTE = 86_400, 60  # seconds that a picture may be kept: a version's metrics never change, tallies do
FROM_GALLERY = 24


@require_safe
@limited("pages")
def picture(request: HttpRequest, number: int, drawings: str) -> HttpResponse:
    """Send the matrix as a PNG, one pixel for each cell."""
    response = HttpResponse(_matrix(_version(number), drawings).png(), content_type="image/png")
    patch_cache_control(response, public=True, max_age=A_MINUTE if drawings == PEOPLE else FOR_EVER)
    return response


@require_safe
@limited("pages")
def cell(request: HttpRequest, number: int) -> HttpResponse:
    """Show the drawings behind a cell: `?on=base&is=cat&said=dog`, or where the picture was clicked, in pixels."""
    version = _version(number)
    drawings = request.GET.get("on", "base")
    if "cell.x" in request.GET:
        return HttpResponseRedirect(_clicked(request, version, drawings))
    label, said = request.GET.get("is", ""), request.GET.get("said", "")
    if label not in version.labels or said not in version.labels or drawings not in (*DATASET_LABELS, PEOPLE):
        raise Http404(f"Version {number} knows no such classes.")
    if drawings == PEOPLE:
        return HttpResponseRedirect(Pair(label, said, version=number).gallery)
    cell = Cell(version, label, said)
    context = {
        "version": version,
        "on": drawings,
        "cell": cell,
        "examples": cell.base() if drawings == "base" else cell.collected(),
        "from_gallery": drawings_of(label, said, FROM_GALLERY),
        "gallery": Pair(label, said).gallery,
    }
    return render(request, "models/confusion.html", context)


def _version(number: int) -> ModelVersion:
    return get_object_or_404(ModelVersion.objects.defer("artifact"), number=number)


def _matrix(version: ModelVersion, drawings: str) -> Matrix:
    if drawings == PEOPLE:
        return Matrix.of_pairs(version.labels, user_accuracy.pairs(version.number))
    measured = version.metrics.get(drawings) if drawings in DATASET_LABELS else None
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

"""The confusion matrix of a version, and the drawings in its cells."""

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
from training.pages.confusion.confused_pairs import ConfusedPair, gallery_examples, judged_pair_counts
from training.pages.confusion.confusion_examples import ConfusionCell
from training.pages.confusion.confusion_matrix import ConfusionMatrix

# In addresses: the matrix of users' judgements. The other matrices have the names of test sets.
USER_JUDGEMENTS = "people"
# A version's metrics never change, users' judgements do.
METRICS_MAX_AGE_SECONDS, JUDGEMENTS_MAX_AGE_SECONDS = 86_400, 60
MAX_GALLERY_EXAMPLES = 24


@require_safe
@limited("pages")
def matrix_image(request: HttpRequest, number: int, drawings: str) -> HttpResponse:
    """Return the matrix as a PNG with one pixel for each cell."""
    response = HttpResponse(_matrix(_version(number), drawings).png(), content_type="image/png")
    max_age = JUDGEMENTS_MAX_AGE_SECONDS if drawings == USER_JUDGEMENTS else METRICS_MAX_AGE_SECONDS
    patch_cache_control(response, public=True, max_age=max_age)
    return response


@require_safe
@limited("pages")
def cell_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Show the drawings in a cell, given by `?on=base&is=cat&said=dog` or by a click on the image.

    A click sends its position in pixels as `cell.x` and `cell.y` and is redirected to the cell.
    """
    version = _version(number)
    drawings = request.GET.get("on", "base")
    if "cell.x" in request.GET:
        return HttpResponseRedirect(_clicked_cell_url(request, version, drawings))
    label, said = request.GET.get("is", ""), request.GET.get("said", "")
    if label not in version.labels or said not in version.labels or drawings not in (*DATASET_LABELS, USER_JUDGEMENTS):
        raise Http404(f"Version {number} knows no such classes.")
    if drawings == USER_JUDGEMENTS:
        return HttpResponseRedirect(ConfusedPair(label, said, version=number).gallery)
    cell = ConfusionCell(version, label, said)
    context = {
        "version": version,
        "on": drawings,
        "cell": cell,
        "examples": cell.base() if drawings == "base" else cell.collected(),
        "from_gallery": gallery_examples(label, said, MAX_GALLERY_EXAMPLES),
        "gallery": ConfusedPair(label, said).gallery,
    }
    return render(request, "models/confusion.html", context)


def _version(number: int) -> ModelVersion:
    return get_object_or_404(ModelVersion.objects.defer("artifact"), number=number)


def _matrix(version: ModelVersion, drawings: str) -> ConfusionMatrix:
    if drawings == USER_JUDGEMENTS:
        return ConfusionMatrix.from_counts(version.labels, judged_pair_counts(version.number))
    metrics = version.metrics.get(drawings) if drawings in DATASET_LABELS else None
    if not metrics or not metrics.get("count"):
        raise Http404(f"Version {version.number} was not measured on such drawings.")
    return ConfusionMatrix.from_metrics(version.labels, metrics)


def _clicked_cell_url(request: HttpRequest, version: ModelVersion, drawings: str) -> str:
    matrix = _matrix(version, drawings)
    try:
        column, row = (max(0, int(request.GET[name])) // matrix.cell for name in ("cell.x", "cell.y"))
        query = {"on": drawings, "is": matrix.labels[row], "said": matrix.labels[column]}
    except (KeyError, ValueError, IndexError) as error:
        raise Http404("The click was beside the picture.") from error
    return f"{reverse('model-confusion', args=[version.number])}?{urlencode(query)}"

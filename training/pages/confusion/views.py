"""The confusion matrix of a version, and the drawings in its cells."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from recognition.infra.words import same_word, unknown_word
from recognition.models import ModelVersion
from recognition.pages.rate_limit import limited
from recognition.stats.metric_labels import DATASET_LABELS
from training.pages.confusion.confused_pairs import ConfusedPair, gallery_examples, judged_pair_counts
from training.pages.confusion.confusion_examples import ConfusionCell
from training.pages.confusion.confusion_matrix import CELL_PIXELS, ConfusionMatrix
from training.pages.confusion.matrix_table import around_class, most_confused_classes

# In addresses: the matrix of users' judgements. The other matrices have the names of test sets.
USER_JUDGEMENTS = "people"
TITLES = DATASET_LABELS | {USER_JUDGEMENTS: "What people judged"}
# A version's metrics never change, users' judgements do.
METRICS_MAX_AGE_SECONDS, JUDGEMENTS_MAX_AGE_SECONDS = 86_400, 60
MAX_GALLERY_EXAMPLES = 24


@require_safe
@limited("pages")
@gzip_page
def matrix_page(request: HttpRequest, number: int, drawings: str) -> HttpResponse:
    """Show the matrix: its most confused classes, or those around the class `?of=cat`, and all in one picture."""
    return _matrix_page(request, _version(number), drawings, request.GET.get("of", "").strip())


def _matrix_page(request: HttpRequest, version: ModelVersion, drawings: str, asked: str) -> HttpResponse:
    matrix = _matrix(version, drawings)
    focus = same_word(asked, version.labels) or asked
    is_known = focus in version.labels
    trouble = unknown_word(asked, version.labels, f"Version {version.number} knows") if asked and not is_known else ""
    table = around_class(matrix, focus) if is_known else most_confused_classes(matrix)
    context = {
        "version": version,
        "name": drawings,
        "titles": {name: title for name, title in TITLES.items() if _is_measured(version, name)},
        "title": TITLES[drawings],
        "focus": focus,
        "is_known": is_known,
        "trouble": trouble,
        "table": table,
        # A table of all classes needs no picture.
        "matrix": None if is_known or len(table.labels) == len(version.labels) else _in_order(matrix, version),
    }
    return render(request, "models/matrix_page.html", context, status=400 if trouble else 200)


@require_safe
@limited("pages")
def matrix_image(request: HttpRequest, number: int, drawings: str) -> HttpResponse:
    """Return the matrix as a PNG with one pixel for each cell, similar classes side by side."""
    version = _version(number)
    response = HttpResponse(_in_order(_matrix(version, drawings), version).png(), content_type="image/png")
    max_age = JUDGEMENTS_MAX_AGE_SECONDS if drawings == USER_JUDGEMENTS else METRICS_MAX_AGE_SECONDS
    patch_cache_control(response, public=True, max_age=max_age)
    return response


@require_safe
@limited("pages", cost=7)  # searches the base drawings: 0.1 s
def cell_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Show the drawings in a cell, given by `?on=base&is=cat&said=dog` or by a click on the image.

    A click sends its position in pixels as `cell.x` and `cell.y` and is redirected to the cell.
    """
    version = _version(number)
    drawings = request.GET.get("on", "base")
    if "cell.x" in request.GET:
        return HttpResponseRedirect(_clicked_cell_url(request, version, drawings))
    asked = [request.GET.get(name, "") for name in ("is", "said")]
    label, said = (same_word(word, version.labels) for word in asked)
    if drawings not in (*DATASET_LABELS, USER_JUDGEMENTS):
        raise Http404(f"Version {number} was not measured on such drawings.")
    if not all(asked):
        raise Http404("The cell of two classes is at ?is=cat&said=dog.")
    if label is None or said is None:
        return _matrix_page(request, version, drawings, asked[label is not None])
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
    if not _is_measured(version, drawings):
        raise Http404(f"Version {version.number} was not measured on such drawings.")
    return ConfusionMatrix.from_metrics(version.labels, version.metrics[drawings])


def _is_measured(version: ModelVersion, drawings: str) -> bool:
    if drawings in DATASET_LABELS:
        return bool((version.metrics.get(drawings) or {}).get("count"))
    return drawings == USER_JUDGEMENTS


def _in_order(matrix: ConfusionMatrix, version: ModelVersion) -> ConfusionMatrix:
    """Return the matrix with similar classes side by side, in the same order for all drawings and at all times.

    Otherwise a judgement between two requests could move the cells under a pointer.
    """
    measured = ConfusionMatrix.from_metrics(version.labels, version.metrics.get("base") or {})
    return matrix.select(measured.similar_neighbours())


def _clicked_cell_url(request: HttpRequest, version: ModelVersion, drawings: str) -> str:
    matrix = _in_order(_matrix(version, drawings), version)
    try:
        column, row = (max(0, int(request.GET[name])) // CELL_PIXELS for name in ("cell.x", "cell.y"))
        query = {"on": drawings, "is": matrix.labels[row], "said": matrix.labels[column]}
    except (KeyError, ValueError, IndexError) as error:
        raise Http404("The click was beside the picture.") from error
    return f"{reverse('model-confusion', args=[version.number])}?{urlencode(query)}"

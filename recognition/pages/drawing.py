"""The page of a drawing, its downloads, similar drawings, reporting and deletion."""

from __future__ import annotations

import uuid

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from recognition import moderation
from recognition.accounts.identity import contributor_of, throttle_identity
from recognition.explain.replay import progressive_predictions, stroke_times
from recognition.explain.similar_drawings import find_similar
from recognition.imaging.rasterize import svg_to_png
from recognition.imaging.rendering import Tile, link_preview
from recognition.models import Contributor, Drawing, Prediction
from recognition.pages.rate_limit import limited
from recognition.privacy.deletion import delete_drawings
from recognition.stats.metric_labels import rounded_percent
from recognition.transfer.ndjson import ndjson_line


class ReportForm(forms.Form):
    reason = forms.CharField(max_length=300, required=False)


@require_safe
@limited("pages")
@ensure_csrf_cookie
def drawing_detail(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Show a drawing to everyone who knows its address, a hidden one only to its contributor and to staff who may."""
    contributor = contributor_of(request)
    drawing = _get_visible(request, contributor, drawing_id)
    context = {
        "drawing": drawing,
        "predictions": drawing.predictions.all(),
        "first": drawing.first_prediction(),
        "growing": progressive_predictions(drawing.strokes) if drawing.strokes else [],
        "times": stroke_times(drawing.strokes) if drawing.strokes else [],
        "is_mine": drawing.contributor_id == contributor.pk,
        "may_look_inside": drawing.contributor_id == contributor.pk or moderation.is_public(drawing),
        "is_reported": drawing.reports.filter(contributor=contributor).exists(),
    }
    return render(request, "drawing.html", context)


@require_safe
@limited("pages")
def similar_drawings(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Show the most similar drawings of other people, as a page or, with `?part`, as an HTML fragment."""
    drawing = _get_visible(request, contributor_of(request), drawing_id)
    template = "alike_list.html" if "part" in request.GET else "alike.html"
    return render(request, template, {"drawing": drawing, "neighbours": find_similar(drawing)})


@require_safe
@limited("pages")
def drawing_png(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Return a drawing as a PNG of 600 × 600 pixels."""
    drawing = _get_visible(request, contributor_of(request), drawing_id)
    return HttpResponse(svg_to_png(drawing.fast_svg()), content_type="image/png")


@require_safe
@limited("pages")
def drawing_preview(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Return the preview picture for links to a drawing: the drawing, its word, and the first guess."""
    drawing = _get_visible(request, contributor_of(request), drawing_id)
    title = str(drawing.label) if drawing.label else "What is it?"
    preview = link_preview(capfirst(title), _guess_text(drawing.first_prediction()), [Tile(drawing.fast_svg())])
    return HttpResponse(preview, content_type="image/png")


@require_safe
@limited("reads")
def drawing_ndjson(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Return a drawing as a line of ndjson in the format of Quick, Draw!."""
    drawing = _get_visible(request, contributor_of(request), drawing_id)
    if not drawing.strokes:
        raise Http404("This drawing came as a picture; it has no strokes.")
    headers = {"Content-Disposition": f'attachment; filename="{drawing.pk}.ndjson"'}
    return HttpResponse(ndjson_line(drawing), content_type="application/x-ndjson", headers=headers)


@require_POST
@limited("reports")
def report_drawing(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Store a report about a drawing, which hides it unless too many were hidden from this address."""
    contributor = contributor_of(request)
    drawing = _get_visible(request, contributor, drawing_id)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return HttpResponse("The reason is too long.", status=400, content_type="text/plain")
    _, address = throttle_identity(request)
    moderation.report(drawing, contributor, form.cleaned_data["reason"], address=address)
    drawing.refresh_from_db(fields=["moderation"])
    return render(request, "reported.html", {"drawing": drawing})


@require_POST
def delete_drawing(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Delete a drawing on request of its contributor."""
    contributor = contributor_of(request)
    drawing = _get_visible(request, contributor, drawing_id)
    if drawing.contributor_id != contributor.pk:
        raise Http404
    delete_drawings(Drawing.objects.filter(pk=drawing_id))
    return redirect("mine")


def _guess_text(guess: Prediction | None) -> str:
    if guess is None:
        return ""
    if not guess.recognized:
        return f"I don’t know. Maybe {guess.label}?"
    return f"I say {guess.label}, {rounded_percent(guess.confidence)} sure."


def _get_visible(request: HttpRequest, contributor: Contributor, drawing_id: uuid.UUID) -> Drawing:
    """Return a drawing that the visitor may see. Raises Http404."""
    drawing = Drawing.objects.select_related("label", "prompt").with_predictions().filter(pk=drawing_id).first()
    if drawing is None or not drawing.may_be_seen_by(contributor, request.user):
        raise Http404("There is no such drawing; perhaps it was deleted or hidden.")
    return drawing

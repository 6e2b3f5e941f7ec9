"""One drawing: how it was drawn, what was said about it, and what people may do with it."""

from __future__ import annotations

import uuid

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from recognition import moderation
from recognition.accounts.contributors import contributor_of
from recognition.explain.replay import progressive_predictions, stroke_times
from recognition.explain.similar_drawings import neighbours_of
from recognition.imaging.rasterize import svg_to_png
from recognition.models import Contributor, Drawing
from recognition.pages.rate_limit import limited
from recognition.privacy.deletion import delete_drawings
from recognition.transfer.ndjson import line_of


class ReportForm(forms.Form):
    reason = forms.CharField(max_length=300, required=False)


@require_safe
@limited("pages")
@ensure_csrf_cookie
def drawing(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Show a drawing to whoever knows its address, a hidden one only to who drew it and to staff."""
    contributor = contributor_of(request)
    drawing = _visible(request, contributor, drawing_id)
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
def alike(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Show the drawings of other people that the network finds most alike: a page, or a part of one."""
    found = _visible(request, contributor_of(request), drawing_id)
    template = "alike_list.html" if "part" in request.GET else "alike.html"
    return render(request, template, {"drawing": found, "neighbours": neighbours_of(found)})


@require_safe
@limited("pages")
def png(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Return a drawing as a picture of 600 × 600 pixels."""
    found = _visible(request, contributor_of(request), drawing_id)
    return HttpResponse(svg_to_png(found.fast_svg()), content_type="image/png")


@require_safe
@limited("reads")
def ndjson(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Return a drawing in Quick, Draw!'s own format."""
    found = _visible(request, contributor_of(request), drawing_id)
    if not found.strokes:
        raise Http404("This drawing came as a picture; it has no strokes.")
    headers = {"Content-Disposition": f'attachment; filename="{found.pk}.ndjson"'}
    return HttpResponse(line_of(found), content_type="application/x-ndjson", headers=headers)


@require_POST
@limited("reports")
def report(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Take what somebody has against a drawing, and hide it."""
    contributor = contributor_of(request)
    drawing = _visible(request, contributor, drawing_id)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return HttpResponse("The reason is too long.", status=400, content_type="text/plain")
    moderation.report(drawing, contributor, form.cleaned_data["reason"])
    return render(request, "reported.html")


@require_POST
def delete(request: HttpRequest, drawing_id: uuid.UUID) -> HttpResponse:
    """Delete a drawing for whoever drew it."""
    contributor = contributor_of(request)
    drawing = _visible(request, contributor, drawing_id)
    if drawing.contributor_id != contributor.pk:
        raise Http404
    delete_drawings(Drawing.objects.filter(pk=drawing_id))
    return redirect("mine")


def _visible(request: HttpRequest, contributor: Contributor, drawing_id: uuid.UUID) -> Drawing:
    found = Drawing.objects.select_related("label", "prompt").with_predictions().filter(pk=drawing_id).first()
    if found is None:
        raise Http404("There is no such drawing; perhaps it was deleted.")
    if not found.may_be_seen_by(contributor, is_staff=request.user.is_staff):
        raise Http404("This drawing is hidden.")
    return found

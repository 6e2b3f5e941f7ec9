"""What visitors may want to know: how the network sees, what it learnt from, what is kept of them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from recognition.accounts.contributors import contributor_of
from recognition.explain.explanation import Explanation, explain
from recognition.imaging.sketch import Sketch
from recognition.models import Contributor, Drawing, Exhibit
from recognition.moderation import is_public
from recognition.pages.rate_limit import limited
from recognition.serving.model_loader import NoModelInService


@require_safe
@limited("pages")
@ensure_csrf_cookie
def about(request: HttpRequest) -> HttpResponse:
    """Explain the site, and how the network sees on a drawing: the one asked for, else the visitor's latest."""
    contributor = contributor_of(request)
    drawing = _asked_for(request, contributor) or _latest(contributor) or _from_the_gallery()
    context = {
        "drawing": drawing,
        "explanation": _explanation(drawing) if drawing else None,
        "is_mine": drawing is not None and drawing.contributor_id == contributor.pk,
    }
    return render(request, "about.html", context)


@require_safe
@limited("reads")
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept of visitors, who sees it, and how it goes."""
    context = {
        "days": settings.RETENTION_DAYS,
        "drawings_days": settings.RETENTION_DRAWINGS_DAYS,
        "audit_days": settings.RETENTION_AUDIT_DAYS,
    }
    return render(request, "privacy.html", context)


def _asked_for(request: HttpRequest, contributor: Contributor) -> Drawing | None:
    """Return the drawing that the address names: one of the gallery, or the visitor's own. Raises Http404."""
    if not (asked := request.GET.get("drawing")):
        return None
    try:
        drawing = Drawing.objects.get(pk=uuid.UUID(asked))
    except (ValueError, Drawing.DoesNotExist) as error:
        raise Http404("There is no such drawing; perhaps it was deleted.") from error
    if drawing.contributor_id != contributor.pk and not is_public(drawing):
        raise Http404("This drawing is not in the gallery.")
    return drawing


def _latest(contributor: Contributor) -> Drawing | None:
    return Drawing.objects.filter(contributor=contributor).first()


def _from_the_gallery() -> Drawing | None:
    """Return the newest sample, which everybody may see; where they were taken away, the newest drawing of all."""
    shown = Exhibit.objects.select_related("drawing")
    exhibit = shown.filter(source=Drawing.Source.SAMPLE).first() or shown.first()
    return exhibit.drawing if exhibit else None


def _explanation(drawing: Drawing) -> Explanation | None:
    try:
        return explain(Sketch(drawing.pixels(), drawing.strokes, milliseconds=0))
    except NoModelInService:
        return None

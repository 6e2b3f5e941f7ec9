"""The pages about the site: how the network works, and what data is stored."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from recognition.accounts.identity import contributor_of
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
    """Explain the site and show feature maps of a drawing: the requested one or the visitor's latest."""
    contributor = contributor_of(request)
    drawing = _requested_drawing(request, contributor) or _latest_drawing(contributor) or _gallery_drawing()
    context = {
        "drawing": drawing,
        "explanation": _explanation(drawing) if drawing else None,
        "is_mine": drawing is not None and drawing.contributor_id == contributor.pk,
    }
    return render(request, "about.html", context)


@require_safe
@limited("reads")
def privacy(request: HttpRequest) -> HttpResponse:
    """Explain which data is stored, who can see it, and how it is deleted."""
    context = {
        "days": settings.RETENTION_DAYS,
        "drawings_days": settings.RETENTION_DRAWINGS_DAYS,
        "audit_days": settings.RETENTION_AUDIT_DAYS,
        "is_moderated": settings.GALLERY_MODERATED,
    }
    return render(request, "privacy.html", context)


def _requested_drawing(request: HttpRequest, contributor: Contributor) -> Drawing | None:
    """Return the drawing named in the query string, which is public or the visitor's own. Raises Http404."""
    if not (drawing_id := request.GET.get("drawing")):
        return None
    try:
        drawing = Drawing.objects.get(pk=uuid.UUID(drawing_id))
    except (ValueError, Drawing.DoesNotExist) as error:
        raise Http404("There is no such drawing; perhaps it was deleted.") from error
    if drawing.contributor_id != contributor.pk and not is_public(drawing):
        raise Http404("This drawing is not in the gallery.")
    return drawing


def _latest_drawing(contributor: Contributor) -> Drawing | None:
    return Drawing.objects.filter(contributor=contributor).first()


def _gallery_drawing() -> Drawing | None:
    """Return the newest sample in the gallery, or the newest drawing if the samples were removed."""
    exhibits = Exhibit.objects.select_related("drawing")
    exhibit = exhibits.filter(source=Drawing.Source.SAMPLE).first() or exhibits.first()
    return exhibit.drawing if exhibit else None


def _explanation(drawing: Drawing) -> Explanation | None:
    try:
        return explain(Sketch(drawing.pixels(), drawing.strokes, milliseconds=0))
    except NoModelInService:
        return None

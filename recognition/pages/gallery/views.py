"""The public gallery."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from recognition.accounts.identity import contributor_of
from recognition.models import DoodleClass
from recognition.pages.gallery.filters import GalleryFilter
from recognition.pages.gallery.keyset import format_position
from recognition.pages.rate_limit import limited

PAGE_SIZE = 24  # drawings; fills rows of 2, 3, 4 and 6


@require_safe
@limited("reads")
@gzip_page  # it names all classes; it has no secrets that its length could reveal (BREACH)
def gallery(request: HttpRequest) -> HttpResponse:
    """Show a page of accepted drawings, newest first, filtered by the query string."""
    form = GalleryFilter(request.GET)
    matching = form.exhibits(contributor_of(request)).select_related("label", "drawing")
    exhibits = list(matching.defer("drawing__strokes", "drawing__bitmap")[: PAGE_SIZE + 1])
    query = request.GET.copy()
    if len(exhibits) > PAGE_SIZE:
        last = exhibits[PAGE_SIZE - 1]
        query["before"] = format_position((last.drawn_at, last.pk))
    context = {
        "asked": form,
        "exhibits": exhibits[:PAGE_SIZE],
        "older": f"?{query.urlencode()}" if len(exhibits) > PAGE_SIZE else "",
        "has_samples": any(exhibit.is_sample for exhibit in exhibits[:PAGE_SIZE]),
        "is_moderated": settings.GALLERY_MODERATED,
        "is_first": not request.GET.get("before"),
        "classes": DoodleClass.objects.active().values_list("name", flat=True),
    }
    return render(request, "gallery.html", context)

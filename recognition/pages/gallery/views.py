"""What people drew, for everybody to look at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recognition.accounts.contributors import contributor_of
from recognition.models import DoodleClass
from recognition.pages.gallery.filters import GalleryFilter
from recognition.pages.gallery.keyset import address_of
from recognition.pages.rate_limit import limited

PAGE = 24  # drawings: whole rows of 2, 3, 4 and 6


@require_safe
@limited("reads")
def gallery(request: HttpRequest) -> HttpResponse:
    """Show accepted drawings, newest first, a page at a time; the address says which."""
    asked = GalleryFilter(request.GET)
    found = asked.exhibits(contributor_of(request)).select_related("label", "drawing")
    exhibits = list(found.defer("drawing__strokes", "drawing__bitmap")[: PAGE + 1])
    query = request.GET.copy()
    if len(exhibits) > PAGE:
        last = exhibits[PAGE - 1]
        query["before"] = address_of((last.drawn_at, last.pk))
    context = {
        "asked": asked,
        "exhibits": exhibits[:PAGE],
        "older": f"?{query.urlencode()}" if len(exhibits) > PAGE else "",
        "has_samples": any(exhibit.is_sample for exhibit in exhibits[:PAGE]),
        "is_first": not request.GET.get("before"),
        "classes": DoodleClass.objects.active().values_list("name", flat=True),
    }
    return render(request, "gallery.html", context)

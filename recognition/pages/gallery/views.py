"""The public gallery."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from recognition import sample_drawings
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
    """Show a page of accepted drawings, filtered and sorted by the query string, which names only what is set."""
    form = GalleryFilter(request.GET)
    if not form.is_canonical():
        return HttpResponseRedirect(form.address(before=request.GET.get("before", "")))
    exhibits = list(form.exhibits(contributor_of(request)).select_related("label")[: PAGE_SIZE + 1])
    last = exhibits[PAGE_SIZE - 1] if len(exhibits) > PAGE_SIZE else None
    context = {
        "asked": form,
        "exhibits": exhibits[:PAGE_SIZE],
        "further": form.address(before=format_position(form.position_of(last))) if last else "",
        "has_samples": sample_drawings.exist(),
        "is_moderated": settings.GALLERY_MODERATED,
        "is_first": not request.GET.get("before"),
        "classes": DoodleClass.objects.active().values_list("name", flat=True),
    }
    return render(request, "gallery.html", context, status=400 if form.unknown_word else 200)

"""The visitor's own drawings: view, download and delete."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from recognition.accounts.identity import COOKIE, contributor_of
from recognition.models import Drawing
from recognition.pages.gallery.keyset import format_position, parse_position, rows_after
from recognition.pages.gallery.views import PAGE_SIZE
from recognition.pages.rate_limit import limited
from recognition.privacy.deletion import delete_contributor_data
from recognition.transfer.ndjson import ndjson_lines

own_data = cache_control(no_store=True, private=True)


@require_safe
@own_data
@limited("reads")
@ensure_csrf_cookie
def my_drawings(request: HttpRequest) -> HttpResponse:
    """Show all drawings of the visitor, newest first, with or without a label."""
    drawings = Drawing.objects.filter(contributor=contributor_of(request)).select_related("label", "prompt")
    if before := request.GET.get("before"):
        try:
            drawings = rows_after(drawings, parse_position(before), "created_at")
        except ValueError as error:
            raise Http404("The address of this page is damaged.") from error
    rows = list(drawings.defer("strokes", "pens", "bitmap").with_predictions()[: PAGE_SIZE + 1])
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    context = {
        "drawings": [(drawing, drawing.first_prediction()) for drawing in rows[:PAGE_SIZE]],
        "older": format_position((last.created_at, last.pk)) if last else "",
        "is_first": not before,
        "has_drawings": bool(rows or before),  # spares the header its query
    }
    return render(request, "mine.html", context)


@require_safe
@own_data
@limited("pages")
def my_drawings_ndjson(request: HttpRequest) -> StreamingHttpResponse:
    """Return the visitor's drawings as ndjson in the format of Quick, Draw!.

    Uploaded pictures are left out, because they have no strokes.
    """
    drawings = Drawing.objects.filter(contributor=contributor_of(request))
    headers = {"Content-Disposition": 'attachment; filename="my-drawings.ndjson"'}
    return StreamingHttpResponse(ndjson_lines(drawings), content_type="application/x-ndjson", headers=headers)


@require_POST
def delete_my_data(request: HttpRequest) -> HttpResponse:
    """Delete everything stored about the visitor."""
    delete_contributor_data(contributor_of(request))
    response = render(request, "forgotten.html")
    response.delete_cookie(COOKIE, samesite="Lax")
    return response

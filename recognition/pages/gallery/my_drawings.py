"""Everything that somebody drew here: to look at, to take along, to delete."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from recognition.accounts.contributors import COOKIE, contributor_of
from recognition.models import Drawing
from recognition.pages.gallery.keyset import address_of, after, parse_address
from recognition.pages.gallery.views import PAGE
from recognition.pages.rate_limit import limited
from recognition.privacy.deletion import delete_contributor_data
from recognition.transfer.ndjson import lines_of


@require_safe
@limited("reads")
@ensure_csrf_cookie
def mine(request: HttpRequest) -> HttpResponse:
    """Show all drawings of whoever asks, named or not, newest first."""
    drawings = Drawing.objects.filter(contributor=contributor_of(request)).select_related("label", "prompt")
    if before := request.GET.get("before"):
        try:
            drawings = after(drawings, parse_address(before), "created_at")
        except ValueError as error:
            raise Http404("The address of this page is damaged.") from error
    found = list(drawings.defer("strokes", "bitmap").with_predictions()[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "drawings": [(drawing, drawing.first_prediction()) for drawing in found[:PAGE]],
        "older": address_of((last.created_at, last.pk)) if last else "",
        "is_first": not before,
    }
    return render(request, "mine.html", context)


@require_safe
@limited("pages")
def ndjson(request: HttpRequest) -> StreamingHttpResponse:
    """Return them in Quick, Draw!'s own format; those that came as pictures have no strokes and are not in it."""
    drawings = Drawing.objects.filter(contributor=contributor_of(request))
    headers = {"Content-Disposition": 'attachment; filename="my-drawings.ndjson"'}
    return StreamingHttpResponse(lines_of(drawings), content_type="application/x-ndjson", headers=headers)


@require_POST
def forget_me(request: HttpRequest) -> HttpResponse:
    """Delete all that is stored of whoever asks."""
    delete_contributor_data(contributor_of(request))
    response = render(request, "forgotten.html")
    response.delete_cookie(COOKIE, samesite="Lax")
    return response

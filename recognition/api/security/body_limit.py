"""Bodies that are too large are refused, and never kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

MOST_DISCARDED = 20_000_000  # bytes; photos of people who do not know the limit are smaller
CHUNK = 1 << 16


def body_limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer 413 where `Content-Length` announces too many bytes; without it no body is looked at.

    Of the pages, too: nothing that people send them is large, and a file in a form would be written to the disk. Only
    the admin takes files.
    """

    def limited(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        in_admin = request.path_info.startswith("/admin/")
        if not in_admin and _is_more(length, settings.API_MOST_BYTES):
            _discard(request, length)
            detail = f"The body has {length} bytes; at most {settings.API_MOST_BYTES} are allowed."
            return JsonResponse({"detail": detail}, status=413)
        if in_admin and _is_more(length, settings.UPLOAD_MOST_BYTES):
            most = f"{settings.UPLOAD_MOST_BYTES / 1e6:.0f} MB"
            told = f"The file is too large: at most {most} are taken here. manage.py import_drawings takes any size."
            return HttpResponse(told, status=413, content_type="text/plain")
        return get_response(request)

    return limited


def _discard(request: HttpRequest, length: str) -> None:
    """Read a body that is not huge and forget it: who is still sending sees no answer, only a connection cut off."""
    left = int(length) if length.isdecimal() else 0
    if left > MOST_DISCARDED:
        return
    with suppress(UnreadablePostError):  # they have gone
        while left > 0 and (read := len(request.read(min(left, CHUNK)))):
            left -= read


def _is_more(length: str, most: int) -> bool:
    return not length.isdecimal() or int(length) > most

"""Rejects request bodies that are too large."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

MAX_DISCARDED_BYTES = 20_000_000  # photos of people who do not know the limit are smaller
CHUNK_BYTES = 1 << 16


def body_limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: respond with 413 if `Content-Length` is too large. A body without this header is never read.

    Pages have the same limit as the API: nothing sent to them is large, and a file in a form would be written to the
    disk. Only the admin accepts files.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        in_admin = request.path_info.startswith("/admin/")
        if not in_admin and _exceeds(length, settings.API_MOST_BYTES):
            _discard(request, length)
            detail = f"The body has {length} bytes; at most {settings.API_MOST_BYTES} are allowed."
            return JsonResponse({"detail": detail}, status=413)
        if in_admin and _exceeds(length, settings.UPLOAD_MOST_BYTES):
            most = f"{settings.UPLOAD_MOST_BYTES / 1e6:.0f} MB"
            message = f"The file is too large: at most {most} are taken here. manage.py import_drawings takes any size."
            return HttpResponse(message, status=413, content_type="text/plain")
        return get_response(request)

    return middleware


def _discard(request: HttpRequest, length: str) -> None:
    """Read the body and drop it, unless it is huge.

    A client that is still sending would see a closed connection instead of the response.
    """
    remaining = int(length) if length.isdecimal() else 0
    if remaining > MAX_DISCARDED_BYTES:
        return
    with suppress(UnreadablePostError):  # the client closed the connection
        while remaining > 0 and (read := len(request.read(min(remaining, CHUNK_BYTES)))):
            remaining -= read


def _exceeds(length: str, limit: int) -> bool:
    return not length.isdecimal() or int(length) > limit

"""Bodies that are too large are refused before they are read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse


def body_limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer 413 where `Content-Length` announces more than API_MOST_BYTES; without it no body is read."""

    def limited(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.path_info.startswith("/api/") and (not length.isdecimal() or int(length) > settings.API_MOST_BYTES):
            detail = f"The body has {length} bytes; at most {settings.API_MOST_BYTES} are allowed."
            return JsonResponse({"detail": detail}, status=413)
        return get_response(request)

    return limited

"""Rejects request bodies that are too large, without reading them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

MAX_LENGTH_DIGITS = 18  # a length with more has leading zeros, which only serve to confuse two parsers


def body_limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: respond with 413 if `Content-Length` is too large. A body without this header is never read.

    Pages have the same limit as the API: nothing sent to them is large, and a file in a form would be written to the
    disk. Only the import form accepts files; the login form, which needs no account, has a limit of its own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > MAX_LENGTH_DIGITS:
            return JsonResponse({"detail": "The Content-Length is not a length."}, status=400)
        setting = _exceptions().get(request.path_info, "API_MOST_BYTES")
        if int(length) > getattr(settings, setting):
            return _too_large(int(length), setting)
        return get_response(request)

    return middleware


@cache
def _exceptions() -> dict[str, str]:
    """Return {path: name of the setting with its limit}; all others have API_MOST_BYTES."""
    return {
        reverse("admin:recognition_drawingimport_upload"): "UPLOAD_MOST_BYTES",
        reverse("admin:login"): "LOGIN_MOST_BYTES",
    }


def _too_large(length: int, setting: str) -> HttpResponse:
    most = getattr(settings, setting)
    if setting == "UPLOAD_MOST_BYTES":
        message = f"The file is too large: at most {most / 1e6:.0f} MB are taken here."
        return HttpResponse(
            f"{message} manage.py import_drawings takes any size.", status=413, content_type="text/plain"
        )
    return JsonResponse({"detail": f"The body has {length} bytes; at most {most} are allowed."}, status=413)

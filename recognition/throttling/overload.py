"""Refuses requests that have waited too long for a thread, so that a crowd does not delay everybody behind it."""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

MAX_WAIT_SECONDS = 2.0
PROXY_GIVES_UP_SECONDS = 60.0  # proxy_read_timeout in deploy/nginx/nginx.conf
RETRY_AFTER_SECONDS = (1, 4)  # a random one, so that clients do not return all at once
BUSY = "The site is too busy just now; nothing was stored. Try again in a moment."
STAMP_PATTERN = re.compile(r"t=(\d{1,12}\.\d{1,6})")  # seconds since 1970


def refuse_late(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: respond with 503 if a request has waited for a thread for more than MAX_WAIT_SECONDS.

    The proxy writes the time into X-Request-Start once it has the whole request, over what the client sent. Without a
    proxy a client could forge it, so the middleware is off.
    """
    if not settings.PROXIES:
        raise MiddlewareNotUsed

    ready_at = math.inf  # seconds since 1970, when this process had answered its first request

    def middleware(request: HttpRequest) -> HttpResponse:
        nonlocal ready_at
        if _seconds_waited(request.META.get("HTTP_X_REQUEST_START", ""), ready_at) > MAX_WAIT_SECONDS:
            return _refusal(request)
        response = get_response(request)
        ready_at = min(ready_at, time.time())
        return response

    return middleware


def _seconds_waited(stamp: str, ready_at: float) -> float:
    """Return the seconds since the stamp; 0 without a stamp that can be right.

    The time until the process was ready does not count: it was starting, and not overloaded. A wait longer than the
    proxy's timeout is impossible: the clocks of proxy and host differ, so the stamp is ignored.
    """
    sent = STAMP_PATTERN.fullmatch(stamp)
    seconds = time.time() - max(float(sent[1]), ready_at) if sent else 0.0
    return seconds if seconds < PROXY_GIVES_UP_SECONDS else 0.0


def _refusal(request: HttpRequest) -> HttpResponse:
    for_programs = request.path_info.startswith("/api/")
    response = JsonResponse({"detail": BUSY}) if for_programs else HttpResponse(_page())
    response.status_code = 503
    response.headers["Retry-After"] = str(random.randint(*RETRY_AFTER_SECONDS))
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _page() -> str:
    return render_to_string("busy.html")

"""Every request gets an id, is counted, and leaves a line in the log if that is written for machines."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client import Counter, Histogram

from recognition.infra.log_context import logged_with
from recognition.serving.prometheus import METRICS

logger = logging.getLogger(__name__)

WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # a client can make up others
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

_REQUESTS = Counter("doodle_requests", "Requests answered", ["view", "method", "status"], registry=METRICS)
_SECONDS = Histogram("doodle_request_seconds", "Time to answer", ["view"], buckets=SECONDS, registry=METRICS)


def watch(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost."""

    def watched(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = request_id_of(request)
        with logged_with(request_id=request_id):
            response = get_response(request)
            _note(request, response.status_code, time.perf_counter() - started)
        response.headers["X-Request-ID"] = request_id
        return response

    return watched


def request_id_of(request: HttpRequest) -> str:
    """Return the id that a proxy or a client gave the request, if it looks like one, else a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex


def note_refused(method: str) -> None:
    """Count a request that came while too many others waited: the server answered it, and no view has seen it."""
    _REQUESTS.labels("refused", method if method in METHODS else "other", "503").inc()


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    view = _view_of(request)
    method = request.method if request.method in METHODS else "other"
    _REQUESTS.labels(view, method, str(status)).inc()
    _SECONDS.labels(view).observe(seconds)
    if settings.LOGS == "json":
        facts = {"method": method, "view": view, "status": status, "milliseconds": round(seconds * 1000, 1)}
        logger.info("%s %s", method, view, extra=facts)


def _view_of(request: HttpRequest) -> str:
    """Return a name for the address, of which there are as many as the site has kinds of pages, whatever is asked."""
    match = request.resolver_match
    if match is None:
        return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"
    return match.view_name or match.route

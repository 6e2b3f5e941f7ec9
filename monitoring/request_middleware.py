"""Middleware: gives each request an id, counts it, and logs it when the log is JSON."""

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

from recognition.infra.log_context import bound_log_fields
from recognition.serving.prometheus import METRICS

logger = logging.getLogger(__name__)

REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # clients may send others
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # upper bounds in seconds

_REQUESTS = Counter("doodle_requests", "Requests answered", ["view", "method", "status"], registry=METRICS)
_SECONDS = Histogram("doodle_request_seconds", "Time to answer", ["view"], buckets=LATENCY_BUCKETS, registry=METRICS)


def monitor_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The outermost middleware."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = request_id_of(request)
        with bound_log_fields(request_id=request_id):
            response = get_response(request)
            _record(request, response.status_code, time.perf_counter() - started)
        response.headers["X-Request-ID"] = request_id
        return response

    return middleware


def request_id_of(request: HttpRequest) -> str:
    """Return the X-Request-ID of a proxy or client if it is well-formed, otherwise a new id."""
    sent_id = request.META.get("HTTP_X_REQUEST_ID", "")
    return sent_id if REQUEST_ID_PATTERN.fullmatch(sent_id) else uuid.uuid4().hex


def _record(request: HttpRequest, status: int, seconds: float) -> None:
    view = _view_name(request, status)
    method = request.method if request.method in KNOWN_METHODS else "other"
    _REQUESTS.labels(view, method, str(status)).inc()
    _SECONDS.labels(view).observe(seconds)
    if settings.LOGS == "json":
        fields = {"method": method, "view": view, "status": status, "milliseconds": round(seconds * 1000, 1)}
        logger.info("%s %s", method, view, extra=fields)


def _view_name(request: HttpRequest, status: int) -> str:
    """Return the name of the view. There are only as many as the site has URL patterns, whatever clients request."""
    match = request.resolver_match
    if match is None and status == 503:
        return "refused"  # by recognition/throttling/overload.py
    if match is None:
        return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"
    return match.view_name or match.route

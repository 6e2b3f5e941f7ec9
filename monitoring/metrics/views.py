"""/metrics, for Prometheus alone."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from monitoring.metrics.collectors import Figures
from monitoring.metrics.prometheus_multiprocess import counted, undisturbed


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with all figures to whoever has the token.

    Requests from this very host are not trusted by that alone: behind a proxy that runs here, all the world's are.
    """
    if not _is_allowed(request):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("Send the token of /metrics.\n", "text/plain", status=401, headers=headers)
    figures = CollectorRegistry()
    figures.register(Figures())
    with undisturbed():
        body = generate_latest(counted())
    return HttpResponse(body + generate_latest(figures), CONTENT_TYPE_LATEST)


def _is_allowed(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)

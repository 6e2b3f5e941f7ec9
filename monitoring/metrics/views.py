"""/metrics, for Prometheus."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from monitoring.metrics.collectors import SiteCollector
from monitoring.metrics.prometheus_multiprocess import host_registry, read_lock


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return all metrics; 401 without the token.

    Requests from this host need the token too: behind a local proxy, all requests come from this host.
    """
    if not _is_allowed(request):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("Send the token of /metrics.\n", "text/plain", status=401, headers=headers)
    site_registry = CollectorRegistry()
    site_registry.register(SiteCollector())
    with read_lock():
        body = generate_latest(host_registry())
    return HttpResponse(body + generate_latest(site_registry), CONTENT_TYPE_LATEST)


def _is_allowed(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)

"""Health checks: liveness and readiness of a web process."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from recognition.models import Drawing
from recognition.serving.model_loader import NoModelInService, champion


@csrf_exempt  # so that another method gets 405, not a page about cookies
@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process runs; without an answer, the process should be restarted.

    Checks nothing else: a restart would not repair an unreachable database.
    """
    return JsonResponse({"status": "alive"})


@csrf_exempt  # so that another method gets 405, not a page about cookies
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database can be read and a model is in service, else 503 to keep traffic away.

    Redis is not checked: recognition works without it.
    """
    try:
        # The loaded model works without the database, but no drawing could be stored. The newest row is really read:
        # SQLite answers `SELECT 1` from a damaged or emptied file as well.
        Drawing.objects.values_list("status").first()
        version = champion().version
    except DatabaseError:
        return _missing("database", "The database cannot be read.")
    except NoModelInService:
        return _missing("model", "No model is in service.")
    return JsonResponse({"status": "ready", "model_version": version.number})


def _missing(part: str, detail: str) -> JsonResponse:
    return JsonResponse({"status": "not ready", "missing": part, "detail": detail}, status=503)


urlpatterns: list[URLPattern] = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
]

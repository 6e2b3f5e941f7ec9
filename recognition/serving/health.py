"""Is this process alive, and is it ready to serve?"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recognition.serving.model_loader import NoModelInService, champion


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process runs; a host whose web process does not is restarted.

    Nothing else is looked at: a restart would not bring back a database that is away.
    """
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database is reached and a model is in service, else 503: send no traffic here.

    Redis is no part of it: without it recognition goes on.
    """
    try:
        # The network that is loaded would serve on without the database, but nothing could be stored.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        version = champion().version
    except DatabaseError:
        return _missing("database", "The database cannot be reached.")
    except NoModelInService:
        return _missing("model", "No model is in service.")
    return JsonResponse({"status": "ready", "model_version": version.number})


def _missing(part: str, detail: str) -> JsonResponse:
    return JsonResponse({"status": "not ready", "missing": part, "detail": detail}, status=503)


urlpatterns: list[URLPattern] = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
]

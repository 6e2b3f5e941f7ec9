"""Is this process alive, and is it ready to serve?"""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from recognition.champion import NoModelInService, champion


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process runs; a host whose web process does not is restarted."""
    return JsonResponse({"status": "alive"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database is reached and a model is in service, else 503: send no traffic here."""
    try:
        version = champion().version
    except NoModelInService:
        return JsonResponse({"detail": "No model is in service."}, status=503)
    except DatabaseError:
        return JsonResponse({"detail": "The database cannot be reached."}, status=503)
    return JsonResponse({"status": "ready", "model_version": version.number})


urlpatterns: list[URLPattern] = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
]

"""The operations page in the admin: the metrics as tables, without Prometheus."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from monitoring.operations.traffic import traffic
from monitoring.statistics.disk import disk_usage
from monitoring.statistics.drift import drift_by_version
from monitoring.statistics.queue_stats import queue_stats
from monitoring.statistics.training_stats import training_stats
from monitoring.statistics.user_accuracy import accuracy_by_version
from recognition.models import ModelVersion

logger = logging.getLogger(__name__)

SECTIONS: dict[str, Callable[[], Any]] = {
    "service": lambda: ModelVersion.objects.promoted().only("number", "promoted_at").first(),
    "agreement": accuracy_by_version,
    "drifts": drift_by_version,
    "training": training_stats,
    "broker": queue_stats,
    "disk": disk_usage,
    "traffic": traffic,
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Operations", **_panels_context(request)}
    return TemplateResponse(request, "admin/operations/page.html", context)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Return the current panels; the page replaces its own with them."""
    return TemplateResponse(request, "admin/operations/panels.html", _panels_context(request))


def _panels_context(request: HttpRequest) -> dict[str, Any]:
    if not request.user.has_perm("training.view_trainingrun"):
        raise PermissionDenied
    return {"now": timezone.now(), **{name: _read(name) for name in SECTIONS}}


def _read(name: str) -> Any:
    """Return the statistics of a section; None when they cannot be read, so that the others are still shown."""
    try:
        return SECTIONS[name]()
    except (DatabaseError, RedisError, OSError) as error:
        logger.warning("No figures of %s: %s", name, error)
        return None

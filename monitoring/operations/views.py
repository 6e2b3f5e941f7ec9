"""The page for operators: what Prometheus is told, as tables, without Prometheus."""

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
from monitoring.statistics.disk import disk
from monitoring.statistics.drift import drifts
from monitoring.statistics.queue_stats import broker
from monitoring.statistics.training_stats import runs
from monitoring.statistics.user_accuracy import agreement
from recognition.models import ModelVersion

logger = logging.getLogger(__name__)

PARTS: dict[str, Callable[[], Any]] = {
    "service": lambda: ModelVersion.objects.promoted().only("number", "promoted_at").first(),
    "agreement": agreement,
    "drifts": drifts,
    "runs": runs,
    "broker": broker,
    "disk": disk,
    "traffic": traffic,
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Operations", **_figures(request)}
    return TemplateResponse(request, "admin/operations/page.html", context)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer with the panels as they are now; the page swaps them in."""
    return TemplateResponse(request, "admin/operations/panels.html", _figures(request))


def _figures(request: HttpRequest) -> dict[str, Any]:
    if not request.user.has_perm("training.view_trainingrun"):
        raise PermissionDenied
    return {"now": timezone.now(), **{name: _read(name) for name in PARTS}}


def _read(name: str) -> Any:
    """Return figures; None when they cannot be read, which must not hide the others."""
    try:
        return PARTS[name]()
    except (DatabaseError, RedisError, OSError) as error:
        logger.warning("No figures of %s: %s", name, error)
        return None

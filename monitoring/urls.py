from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, path

from monitoring.metrics.views import metrics
from monitoring.operations.views import live, page

urlpatterns: list[URLPattern] = [
    path("metrics", metrics, name="metrics"),
    path("admin/operations/", admin.site.admin_view(page), name="operations"),
    path("admin/operations/live/", admin.site.admin_view(live), name="operations-live"),
]

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, path

from watching import endpoint, operations

urlpatterns: list[URLPattern] = [
    path("metrics", endpoint.metrics, name="metrics"),
    path("admin/operations/", admin.site.admin_view(operations.page), name="operations"),
    path("admin/operations/live/", admin.site.admin_view(operations.live), name="operations-live"),
]

"""Every address of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from recognition.pages.login import sign_in

admin.autodiscover()

urlpatterns = [
    path("", include("recognition.pages.urls")),
    path("", include("training.pages.urls")),
    path("", include("recognition.serving.health")),
    path("", include("monitoring.urls")),
    path("api/", include("recognition.api.urls")),
    path("api/", include("training.urls")),
    path("api/", include("recognition.api.not_found")),
    path("admin/login/", sign_in),  # replaces the admin's own
    path("admin/", admin.site.urls),
]

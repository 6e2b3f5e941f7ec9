from __future__ import annotations

from django.urls import URLPattern, path

from training.api import views

app_name = "training"

urlpatterns: list[URLPattern] = [
    path("v1/training-runs/", views.TrainingRunList.as_view(), name="runs"),
    path("v1/training-runs/preview/", views.TrainingRunPreview.as_view(), name="preview"),
    path("v1/training-runs/<int:pk>/", views.TrainingRunDetail.as_view(), name="run"),
    path("v1/training-runs/<int:pk>/manifest/", views.TrainingRunManifest.as_view(), name="manifest"),
    path("v1/training-runs/<int:pk>/cancel/", views.TrainingRunCancel.as_view(), name="cancel"),
]

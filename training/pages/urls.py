from __future__ import annotations

from django.urls import URLPattern, path

from training.pages import confusion, downloads, views

urlpatterns: list[URLPattern] = [
    path("models/", views.versions, name="models"),
    path("models/compare/", views.compare, name="compare-models"),
    path("models/<int:number>/", views.version, name="model"),
    path("models/<int:number>/confusion/", confusion.cell, name="model-confusion"),
    path("models/<int:number>/confusion/<slug:drawings>.png", confusion.picture, name="model-confusion-picture"),
    path("models/<int:number>/artifact/", downloads.artifact, name="model-artifact"),
    path("models/<int:number>/labels/", downloads.labels, name="model-labels"),
]

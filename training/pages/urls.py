from __future__ import annotations

from django.urls import URLPattern, path

from training.pages import cards, confusion, downloads, suspects, views

urlpatterns: list[URLPattern] = [
    path("models/", views.versions, name="models"),
    path("models/compare/", views.compare, name="compare-models"),
    path("models/<int:number>/", views.version, name="model"),
    path("models/<int:number>/card/", cards.card, name="model-card"),
    path("models/<int:number>/card.md", cards.markdown, name="model-card-markdown"),
    path("models/<int:number>/confusion/", confusion.cell, name="model-confusion"),
    path("models/<int:number>/confusion/<slug:drawings>.png", confusion.picture, name="model-confusion-picture"),
    path("models/<int:number>/artifact/", downloads.artifact, name="model-artifact"),
    path("models/<int:number>/labels/", downloads.labels, name="model-labels"),
    path("review/base/", suspects.suspects, name="suspects"),
    path("review/base/judge/", suspects.judge, name="judge-suspect"),
    path("review/base/undo/", suspects.undo, name="undo-suspect"),
    path("review/base/excluded/", suspects.excluded, name="excluded-suspects"),
    path("review/base/<int:pk>/take-back/", suspects.take_back, name="take-back-suspect"),
]

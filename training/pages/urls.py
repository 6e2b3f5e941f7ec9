from __future__ import annotations

from django.urls import URLPattern, path

from training.pages import label_error_review
from training.pages.confusion import views as confusion
from training.pages.versions import downloads, model_card_pages, views

urlpatterns: list[URLPattern] = [
    path("models/", views.versions, name="models"),
    path("models/compare/", views.compare, name="compare-models"),
    path("models/<int:number>/", views.version, name="model"),
    path("models/<int:number>/card/", model_card_pages.card, name="model-card"),
    path("models/<int:number>/card.md", model_card_pages.markdown, name="model-card-markdown"),
    path("models/<int:number>/confusion/", confusion.cell, name="model-confusion"),
    path("models/<int:number>/confusion/<slug:drawings>.png", confusion.picture, name="model-confusion-picture"),
    path("models/<int:number>/artifact/", downloads.artifact, name="model-artifact"),
    path("models/<int:number>/labels/", downloads.labels, name="model-labels"),
    path("review/base/", label_error_review.suspects, name="suspects"),
    path("review/base/judge/", label_error_review.judge, name="judge-suspect"),
    path("review/base/undo/", label_error_review.undo, name="undo-suspect"),
    path("review/base/excluded/", label_error_review.excluded, name="excluded-suspects"),
    path("review/base/<int:pk>/take-back/", label_error_review.take_back, name="take-back-suspect"),
]

from __future__ import annotations

from django.urls import URLPattern, path

from training.pages import label_error_review
from training.pages.confusion import views as confusion
from training.pages.versions import downloads, model_card_pages, views

urlpatterns: list[URLPattern] = [
    path("models/", views.version_list, name="models"),
    path("models/compare/", views.compare_versions, name="compare-models"),
    path("models/<int:number>/", views.version_detail, name="model"),
    path("models/<int:number>/card/", model_card_pages.model_card, name="model-card"),
    path("models/<int:number>/card.md", model_card_pages.model_card_markdown, name="model-card-markdown"),
    path("models/<int:number>/confusion/", confusion.cell_detail, name="model-confusion"),
    path("models/<int:number>/confusion/<slug:drawings>/", confusion.matrix_page, name="model-matrix"),
    path("models/<int:number>/confusion/<slug:drawings>.png", confusion.matrix_image, name="model-confusion-picture"),
    path("models/<int:number>/artifact/", downloads.download_artifact, name="model-artifact"),
    path("models/<int:number>/labels/", downloads.download_labels, name="model-labels"),
    path("review/base/", label_error_review.review_suspect, name="suspects"),
    path("review/base/judge/", label_error_review.decide_suspect, name="judge-suspect"),
    path("review/base/undo/", label_error_review.undo_decision, name="undo-suspect"),
    path("review/base/excluded/", label_error_review.excluded_list, name="excluded-suspects"),
    path("review/base/<int:pk>/take-back/", label_error_review.restore_excluded, name="take-back-suspect"),
]

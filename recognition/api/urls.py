"""The addresses of the API, except those of training runs (see training/api)."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import conditional_page
from drf_spectacular.views import SpectacularSwaggerSplitView

from recognition.api.views.classes import ClassList
from recognition.api.views.drawings import DrawingDetail, DrawingList
from recognition.api.views.explanations import Explanations
from recognition.api.views.export import Export
from recognition.api.views.feedback import DrawingFeedback
from recognition.api.views.guesses import Guesses
from recognition.api.views.me import Me
from recognition.api.views.model_versions import (
    CurrentModelVersion,
    ModelVersionDetail,
    ModelVersionList,
    ModelVersionPromotion,
    ModelVersionTrial,
)
from recognition.api.views.pictures import Bitmap, Svg
from recognition.api.views.schema import Schema

app_name = "api"

urlpatterns = [
    path("v1/drawings/", DrawingList.as_view(), name="drawings"),
    path("v1/drawings/<uuid:drawing_id>/", DrawingDetail.as_view(), name="drawing"),
    path("v1/drawings/<uuid:drawing_id>/bitmap.png", Bitmap.as_view(), name="bitmap"),
    path("v1/drawings/<uuid:drawing_id>/drawing.svg", Svg.as_view(), name="svg"),
    path("v1/drawings/<uuid:drawing_id>/feedback/", DrawingFeedback.as_view(), name="feedback"),
    path("v1/guesses/", Guesses.as_view(), name="guesses"),
    path("v1/explanations/", Explanations.as_view(), name="explanations"),
    path("v1/classes/", ClassList.as_view(), name="classes"),
    path("v1/model-versions/", ModelVersionList.as_view(), name="model-versions"),
    path("v1/model-versions/current/", CurrentModelVersion.as_view(), name="current"),
    path("v1/model-versions/<int:number>/", ModelVersionDetail.as_view(), name="model-version"),
    path("v1/model-versions/<int:number>/promote/", ModelVersionPromotion.as_view(), name="promote"),
    path("v1/model-versions/<int:number>/trial/", ModelVersionTrial.as_view(), name="trial"),
    path("v1/export/drawings.ndjson", Export.as_view(), name="export"),
    path("v1/me/", Me.as_view(), name="me"),
    path("schema/", conditional_page(Schema.as_view()), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
]

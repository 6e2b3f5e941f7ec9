"""A drawing as PNG or SVG."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from recognition.api.schema.openapi import problems
from recognition.api.security.visibility import SEEN_BY, visible
from recognition.imaging.rendering import bitmap_to_png
from recognition.models import Drawing

ResponseType = TypeVar("ResponseType", bound=HttpResponseBase)

CACHE_SECONDS = 3600  # not longer: the pixels never change, but a drawing may be deleted


class Bitmap(APIView):
    @extend_schema(
        operation_id="drawings_bitmap",
        summary="Show the 28×28 picture that the network saw, enlarged",
        responses={(200, "image/png"): OpenApiTypes.BINARY} | problems(401, 403, 404),
    )
    def get(self, request: Request, drawing_id: UUID) -> HttpResponse:
        drawing = visible(request, Drawing.objects.only("bitmap", *SEEN_BY).get(pk=drawing_id))
        return _cacheable(drawing, HttpResponse(bitmap_to_png(drawing.pixels()), "image/png"))


class Svg(APIView):
    @extend_schema(
        operation_id="drawings_svg",
        summary="Show a drawing as it was drawn",
        responses={(200, "image/svg+xml"): OpenApiTypes.STR} | problems(401, 403, 404),
    )
    def get(self, request: Request, drawing_id: UUID) -> HttpResponse:
        drawing = visible(request, Drawing.objects.only("bitmap", "strokes", "pens", *SEEN_BY).get(pk=drawing_id))
        return _cacheable(drawing, HttpResponse(drawing.svg(), "image/svg+xml"))


def _cacheable(drawing: Drawing, response: ResponseType) -> ResponseType:
    kept = {"no_store": True} if drawing.is_hidden else {"max_age": CACHE_SECONDS}
    patch_cache_control(response, private=True, **kept)
    return response

"""Answers unknown addresses under /api/ with 404 as JSON."""

from __future__ import annotations

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView


@extend_schema(exclude=True)
class UnknownAddress(APIView):
    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound("There is no such address; those of the API end with a slash. See /api/docs/.")


urlpatterns: list[URLPattern] = [path("<path:rest>", UnknownAddress.as_view())]

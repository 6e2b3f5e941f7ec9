"""Lists come in pages: {"next", "previous", "results"}, where `next` is the address of the next page or null."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

Row = TypeVar("Row", bound=Model)


class NewestFirst(CursorPagination):
    ordering = ("-created_at", "-id")
    page_size = 50


class ByName(CursorPagination):
    ordering = "name"
    page_size = 1000  # Quick, Draw! has 345 classes: one page for nearly everybody


class NewestNumberFirst(CursorPagination):
    ordering = "-number"
    page_size = 20


def page_of(rows: QuerySet[Row], paginator: CursorPagination, request: Request, body: Callable[[Row], Any]) -> Response:
    """Answer with the page of `rows` that the request asks for, each as its `body`."""
    page = paginator.paginate_queryset(rows, request) or []
    return paginator.get_paginated_response([body(row) for row in page])

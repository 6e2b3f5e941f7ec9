"""Cursor pagination: {"next", "previous", "results"}, where `next` is the address of the next page or null."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

Row = TypeVar("Row", bound=Model)


class SafeCursorPagination(CursorPagination):
    """Cursor pagination that answers 404 for an invalid cursor."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        # A forged cursor may hold any value, of any type.
        except (ValueError, OverflowError, ValidationError, DataError) as error:
            raise NotFound(self.invalid_cursor_message) from error


class NewestFirst(SafeCursorPagination):
    ordering = ("-created_at", "-id")
    page_size = 50


class ByName(SafeCursorPagination):
    ordering = "name"
    page_size = 1000  # Quick, Draw! has 345 classes: they fit on one page


class NewestNumberFirst(SafeCursorPagination):
    ordering = "-number"
    page_size = 20


def page_of(rows: QuerySet[Row], paginator: CursorPagination, request: Request, body: Callable[[Row], Any]) -> Response:
    """Return the requested page of `rows`, each serialized by `body`."""
    page = paginator.paginate_queryset(rows, request) or []
    return paginator.get_paginated_response([body(row) for row in page])

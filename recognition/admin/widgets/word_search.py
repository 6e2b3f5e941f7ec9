"""Searches words by their normal form, so that every database finds them in any case and Unicode form."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from recognition.infra.words import word_key


class WordSearchMixin:
    """For a model admin."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found: tuple[QuerySet[Any], bool]
        found = super().get_search_results(request, queryset, word_key(search_term))  # type: ignore[misc]
        return found

"""Filters of the list of drawings, by label and by guess, and the search by id."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.admin import ModelAdmin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter, RangeNumericListFilter

from recognition.models import DoodleClass, Drawing, ModelVersion, Prediction

if TYPE_CHECKING:
    from recognition.admin.drawings.first_prediction import GuessedDrawing

Choices = list[tuple[str, str]]

SHORT_ID_LENGTH = 8  # hex digits in the list, and the fewest that the search accepts


def _valid_choice(dropdown: DropdownFilter) -> str | None:
    """Return the chosen value, or None for a forged one, which may not be comparable with the column."""
    value = dropdown.value()
    return value if value in dict(dropdown.lookup_choices) else None


class GuessFilter(DropdownFilter):
    title = "guess"
    parameter_name = "guess"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Drawing]) -> Choices:
        return [(name, name) for name in DoodleClass.objects.values_list("name", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[GuessedDrawing]) -> QuerySet[GuessedDrawing]:
        if (label := _valid_choice(self)) is None:
            return queryset
        # The first condition is redundant, but an index finds its rows, so fewer guesses are looked up.
        candidates = Prediction.objects.filter(label=label).values("drawing")
        return queryset.filter(pk__in=candidates, guess=label)


class RightFilter(RadioFilter):
    title = "right or wrong"
    parameter_name = "right"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Drawing]) -> Choices:
        return [("yes", "right"), ("no", "wrong"), ("unknown", "not judged yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[GuessedDrawing]) -> QuerySet[GuessedDrawing]:
        match self.value():
            case "yes":
                return queryset.filter(guess=F("label__name"))
            case "no":
                return queryset.filter(label__isnull=False).exclude(guess=F("label__name"))
            case "unknown":
                return queryset.filter(label=None)
        return queryset


class GoldFilter(RadioFilter):
    title = "gold"
    parameter_name = "gold"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Drawing]) -> Choices:
        return [("marked", "marked by staff"), ("agreed", "reviewers agreed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[GuessedDrawing]) -> QuerySet[GuessedDrawing]:
        automatic = {"marked": False, "agreed": True}
        return queryset.filter(gold__automatic=automatic[self.value()]) if self.value() in automatic else queryset


class GuessVersionFilter(DropdownFilter):
    title = "version"
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Drawing]) -> Choices:
        return [(str(number), f"version {number}") for number in ModelVersion.objects.values_list("number", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[GuessedDrawing]) -> QuerySet[GuessedDrawing]:
        return queryset if (number := _valid_choice(self)) is None else queryset.filter(guessed_by=int(number))


class ConfidenceFilter(RangeNumericListFilter):
    title = "confidence, 0 to 1"
    parameter_name = "confidence"


def id_range(prefix: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return the first and last id with this prefix, or None if it is not a prefix of an id."""
    digits = prefix.replace("-", "")
    if not SHORT_ID_LENGTH <= len(digits) <= 32:
        return None
    try:
        return uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))
    except ValueError:
        return None

"""Annotates drawings with their first prediction, which the person who drew them saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, QuerySet, Subquery

from recognition.models import Drawing, Prediction

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class FirstPrediction(TypedDict):
        guess: str | None  # these are None if no model was in service
        guessed_by: int | None  # number of the version
        confidence: float | None
        known: bool | None

    GuessedDrawing = WithAnnotations[Drawing, FirstPrediction]


def with_guesses(drawings: QuerySet[Drawing]) -> QuerySet[GuessedDrawing]:
    """Annotate guess, guessed_by, confidence and known, each by a subquery per row."""
    first = Prediction.objects.filter(drawing=OuterRef("pk")).order_by("created_at", "pk")
    return drawings.annotate(
        guess=Subquery(first.values("label")[:1]),
        guessed_by=Subquery(first.values("model_version__number")[:1]),
        confidence=Subquery(first.values("confidence")[:1]),
        known=Subquery(first.values("recognized")[:1]),
    )

"""The tiles and latest drawings on the admin's index page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from recognition.accounts.initial_admin import has_initial_password
from recognition.admin.widgets import thumbnails
from recognition.models import Drawing, Feedback, ModelVersion
from recognition.stats.metric_labels import percent

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_COUNTED_ROWS = 10_000  # a larger count is shown as "10,000+", to keep the page fast
MAX_JUDGEMENTS = 1_000  # latest feedback from which the accuracy in service is computed
LATEST_DRAWINGS = 12


@dataclass(frozen=True)
class Tile:
    name: str
    value: str
    note: str
    url: str


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the tiles and drawings that the user has permission to view to the template context."""
    tiles: list[Tile] = []
    if request.user.has_perm("recognition.view_drawing"):
        tiles += _drawing_tiles()
        context["latest"] = _latest()
    if request.user.has_perm("recognition.view_modelversion"):
        tiles += _champion_tiles(ModelVersion.objects.defer("labels").current())
    first_password = has_initial_password(cast("User", request.user))
    return {**context, "title": "At a glance", "tiles": tiles, "first_password": first_password}


def _drawing_tiles() -> list[Tile]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    drawings, url = Drawing.objects.by_people(), reverse("admin:recognition_drawing_changelist")
    proposed, unlabelled = Drawing.Status.PROPOSED, Drawing.Status.UNLABELLED
    return [
        Tile("Drawn today", _count(drawings.filter(created_at__gte=midnight)), "since midnight, UTC", url),
        Tile(
            "To confirm",
            _count(drawings.filter(status=proposed)),
            "somebody proposed a label",
            f"{url}?status__exact={proposed}",
        ),
        Tile(
            "Unlabelled",
            _count(drawings.filter(status=unlabelled)),
            "nobody has said what they are",
            f"{url}?status__exact={unlabelled}",
        ),
    ]


def _champion_tiles(champion: ModelVersion | None) -> list[Tile]:
    if champion is None or champion.promoted_at is None:
        url = reverse("admin:recognition_modelversion_changelist")
        return [Tile("In service", "none", "promote a version", url)]
    correct = [guess == label for guess, label in _judgements(champion)]
    return [
        Tile(
            "In service",
            f"Version {champion.number}",
            f"since {date_format(champion.promoted_at, 'DATETIME_FORMAT')}",
            reverse("admin:recognition_modelversion_change", args=[champion.pk]),
        ),
        Tile(
            "Right, people say",
            percent(sum(correct) / len(correct)) if correct else "–",
            f"of its latest {len(correct)} judged guesses" if correct else "nobody has judged its guesses yet",
            reverse("admin:recognition_feedback_changelist"),
        ),
    ]


def _judgements(champion: ModelVersion) -> QuerySet[Feedback, tuple[str, str | None]]:
    """Return (guess, label) of the champion's predictions with feedback by people, not staff, latest first."""
    judged = {"drawing__predictions__model_version": champion, "drawing__predictions__trial": None}
    feedback = Feedback.objects.filter(**judged, by_staff=False)
    return feedback.order_by("-pk").values_list(F("drawing__predictions__label"), "label__name")[:MAX_JUDGEMENTS]


def _latest() -> list[dict[str, Any]]:
    drawings = Drawing.objects.defer("strokes").with_predictions()[:LATEST_DRAWINGS]
    return [{"pk": row.pk, "picture": thumbnails.thumbnail(row), "guess": row.first_prediction()} for row in drawings]


def _count(drawings: QuerySet[Drawing]) -> str:
    count = drawings.order_by()[: MAX_COUNTED_ROWS + 1].count()
    return f"{MAX_COUNTED_ROWS:,}+" if count > MAX_COUNTED_ROWS else f"{count:,}"

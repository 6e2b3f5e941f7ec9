"""The user drawings that a run left out, grouped by reason, with links to where staff can correct them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recognition.admin.widgets.thumbnails import thumbnail
from recognition.models import Drawing
from training.models.manifest import reason_kind

MAX_PICTURES = 60  # for each reason


@dataclass(frozen=True)
class LeftOutGroup:
    reason: str
    count: int
    pictures: list[SafeString]  # of the drawings that still exist


def left_out_groups(manifest: Mapping[str, Any]) -> list[LeftOutGroup]:
    """Return the drawings that a manifest leaves out, by kind of reason, most frequent first."""
    by_kind: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for entry in manifest.get("classes", {}).values():
        for drawing, reason in entry["collected_left_out"].items():
            by_kind[reason_kind(reason)][drawing] = reason
    groups = sorted(by_kind.items(), key=lambda group: -len(group[1]))
    return [LeftOutGroup(kind, len(reasons), _pictures(reasons)) for kind, reasons in groups]


def _pictures(reasons: Mapping[str, str]) -> list[SafeString]:
    return list(linked_thumbnails(dict(list(reasons.items())[:MAX_PICTURES])).values())


def linked_thumbnails(notes: Mapping[str, str]) -> dict[str, SafeString]:
    """Return pictures of the drawings that exist, by key, each with a link and a note. One query."""
    drawings = Drawing.objects.filter(pk__in=list(notes)).select_related("label").defer("strokes")
    return {
        str(drawing.pk): format_html(
            '<a href="{}" title="{}, {}">{}</a>',
            reverse("admin:recognition_drawing_change", args=[drawing.pk]),
            drawing.label or "no label",
            notes[str(drawing.pk)],
            thumbnail(drawing),
        )
        for drawing in drawings.order_by("label__name", "pk")
    }

"""The collected drawings that a run did not learn from, to be looked at and, in their own pages, put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recognition.admin.pictures import thumbnail
from recognition.models import Drawing

MOST_SHOWN = 60  # for each reason


@dataclass(frozen=True)
class LeftOut:
    reason: str
    count: int
    pictures: list[SafeString]  # of those that there still are


def left_out(manifest: Mapping[str, Any]) -> list[LeftOut]:
    """Return the drawings that a manifest leaves out, by reason, the most frequent first."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for one in manifest.get("classes", {}).values():
        for drawing, reason in one["collected_left_out"].items():
            by_reason[reason].append(drawing)
    groups = sorted(by_reason.items(), key=lambda group: -len(group[1]))
    return [LeftOut(reason, len(drawings), _pictures(drawings[:MOST_SHOWN])) for reason, drawings in groups]


def _pictures(ids: list[str]) -> list[SafeString]:
    drawings = Drawing.objects.filter(pk__in=ids).select_related("label").defer("strokes").order_by("label__name", "pk")
    return [
        format_html(
            '<a href="{}" title="{}">{}</a>',
            reverse("admin:recognition_drawing_change", args=[drawing.pk]),
            drawing.label or "no label",
            thumbnail(drawing),
        )
        for drawing in drawings
    ]

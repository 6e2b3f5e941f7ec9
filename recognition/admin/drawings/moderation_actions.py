"""Admin actions that show drawings in the gallery or hide them."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest

from recognition.admin.drawings.review import exceeds_limit
from recognition.admin.widgets.read_only import RecordInline
from recognition.models import Drawing, Report
from recognition.models.drawing import DrawingQuerySet
from recognition.moderation import moderate

MODERATION_COLOURS = {"reported": "warning", "approved": "success", "hidden": "danger", "private": "info"}


class ReportInline(RecordInline):
    model = Report
    fields = readonly_fields = ["reason", "created_at"]


@admin.action(permissions=["change"], description="Approve for the gallery")
def approve(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    _moderate_all(request, drawings, Drawing.Moderation.APPROVED, "Approved")


@admin.action(permissions=["change"], description="Hide from the gallery")
def hide(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    _moderate_all(request, drawings, Drawing.Moderation.HIDDEN, "Hid")


def _moderate_all(request: HttpRequest, drawings: DrawingQuerySet, moderation: Drawing.Moderation, verb: str) -> None:
    if exceeds_limit(request, drawings):
        return
    ids = list(drawings.exclude(moderation=Drawing.Moderation.PRIVATE).values_list("pk", flat=True))
    for pk in ids:
        with suppress(Drawing.DoesNotExist):  # deleted since the page was shown
            moderate(Drawing(pk=pk), moderation)
    messages.success(request, f"{verb} {len(ids)} drawings.")

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from recognition.admin.widgets.read_only import RecordAdmin
from recognition.models import Promotion


@admin.register(Promotion)
class PromotionAdmin(RecordAdmin):
    """The history of promotions."""

    list_display = ["at", "version", "by", "reason"]
    search_fields = ["reason"]
    fields = ["version", "at", "by", "reason"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:
        promotions: QuerySet[Promotion] = super().get_queryset(request)
        large = ("artifact", "labels", "metrics")
        return promotions.select_related("version", "by").defer(*(f"version__{name}" for name in large))

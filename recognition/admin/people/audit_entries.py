from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from recognition.admin.widgets.pagination import LongTableAdmin
from recognition.admin.widgets.read_only import RecordAdmin
from recognition.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordAdmin, LongTableAdmin):
    """The audit log, read-only."""

    list_display = ["at", "who", "via", "did", "about", "detail"]
    list_filter = [("action", ChoicesDropdownFilter), "at"]
    search_fields = ["=actor"]
    search_help_text = "a name, in full"
    ordering = ["-at", "-id"]
    fields = ["at", "who", "via", "did", "about", "detail", "link"]
    readonly_fields = fields

    @display(description="who", ordering="actor")
    def who(self, entry: AuditEntry) -> str:
        if entry.actor:
            return entry.actor
        return "a visitor" if entry.via == "visitor" else "the site"

    @display(description="did", ordering="action")
    def did(self, entry: AuditEntry) -> str:
        return entry.get_action_display()

    @display(description="drawing")
    def link(self, entry: AuditEntry) -> SafeString | str:
        if entry.drawing_id is None:
            return "–"
        url = reverse("admin:recognition_drawing_change", args=[entry.drawing_id])
        return format_html('<a class="text-link" href="{}">{}</a>', url, str(entry.drawing_id)[:8])

"""Who changed what in the admin, in the audit log as well, which outlives both the record and the account."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from recognition.models import AuditEntry


class AuditedAdmin(ModelAdmin):
    """Records what Django's admin notes in its history."""

    changing = AuditEntry.Action.CHANGED

    def state_of(self, obj: Model) -> str:
        """Say how a record is after a change, as far as that matters later."""
        return ""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return self._recorded(obj, super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return self._recorded(obj, super().log_change(request, obj, message))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> Any:
        for obj in queryset:
            AuditEntry.objects.record(AuditEntry.Action.DELETED, self._name_of(obj))
        return super().log_deletions(request, queryset)

    def _recorded(self, obj: Model, entry: LogEntry) -> LogEntry:
        state = self.state_of(obj)
        said = entry.get_change_message()
        AuditEntry.objects.record(self.changing, self._name_of(obj), f"{said} Now: {state}" if state else said)
        return entry

    def _name_of(self, obj: Model) -> str:
        return f"{self.opts.verbose_name} {obj}"

"""Copies the admin's history to the audit log, which is kept when the record or the account is deleted."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from recognition.models import AuditEntry


class AuditedAdmin(ModelAdmin):
    """Records additions, changes and deletions in the audit log."""

    changing = AuditEntry.Action.CHANGED

    def state_of(self, obj: Model) -> str:
        """Return a summary of a record after a change, for the audit log."""
        return ""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return self._record(obj, super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return self._record(obj, super().log_change(request, obj, message))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> Any:
        for obj in queryset:
            AuditEntry.objects.record(AuditEntry.Action.DELETED, self._name_of(obj))
        return super().log_deletions(request, queryset)

    def _record(self, obj: Model, entry: LogEntry) -> LogEntry:
        state = self.state_of(obj)
        message = entry.get_change_message()
        AuditEntry.objects.record(self.changing, self._name_of(obj), f"{message} Now: {state}" if state else message)
        return entry

    def _name_of(self, obj: Model) -> str:
        return f"{self.opts.verbose_name} {obj}"

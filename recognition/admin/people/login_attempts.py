from __future__ import annotations

from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display


@admin.register(AccessAttempt)
class AttemptAdmin(ModelAdmin):
    """Recent failed logins. Deleting one unlocks the user; they disappear when the lock has expired."""

    list_display = ["username", "failures", "last"]
    ordering = ["-attempt_time"]
    search_fields = ["=username"]
    search_help_text = "a user's name, in full"
    fields = ["username", "failures", "last"]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AccessAttempt | None = None) -> bool:
        return False

    @display(description="failures", ordering="failures_since_start")
    def failures(self, attempt: AccessAttempt) -> int:
        return int(attempt.failures_since_start)

    @display(description="last", ordering="attempt_time")
    def last(self, attempt: AccessAttempt) -> object:
        return attempt.attempt_time

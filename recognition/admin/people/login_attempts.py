from __future__ import annotations

from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.http import HttpRequest
from unfold.decorators import display

from recognition.admin.widgets.audit_mixin import AuditedAdmin


@admin.register(AccessAttempt)
class AttemptAdmin(AuditedAdmin):
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

    def _name_of(self, obj: Model) -> str:
        """Name the account that is unlocked; other names, which may be mistyped passwords, are not kept."""
        name = getattr(obj, "username", None)
        is_known = get_user_model().objects.filter(username=name).exists()
        return f"{self.opts.verbose_name} of {name if is_known else 'a name without an account'}"

    @display(description="failures", ordering="failures_since_start")
    def failures(self, attempt: AccessAttempt) -> int:
        return int(attempt.failures_since_start)

    @display(description="last", ordering="attempt_time")
    def last(self, attempt: AccessAttempt) -> object:
        return attempt.attempt_time

"""The audit log's middleware, and permissions as text for it; `AuditEntry.objects.record` writes the entries.

The log is our own, because libraries such as django-auditlog log how rows change. An export changes no row, and they do
not see what UPDATE changes. They also store a row's text and id and the client's address, which must not be kept here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase

from recognition.infra.actor import acting_through

if TYPE_CHECKING:
    from django.contrib.auth.models import Group, Permission, User
    from django.db.models import Manager


def audit_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Attribute audit entries that are written during a request to its user."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        with acting_through(request):
            return get_response(request)

    return answer


def rights_of(user: User) -> str:
    """Return a user's status flags, groups and permissions as text for the log."""
    names = [
        name
        for name, holds in (("active", user.is_active), ("staff", user.is_staff), ("superuser", user.is_superuser))
        if holds
    ]
    groups = [f"group {group}" for group in user.groups.order_by("name")]
    return ", ".join([*names, *groups, *_permission_names(user.user_permissions)]) or "nothing"


def rights_of_group(group: Group) -> str:
    return ", ".join(_permission_names(group.permissions)) or "nothing"


def _permission_names(permissions: Manager[Permission]) -> list[str]:
    pairs = permissions.order_by("content_type__app_label", "codename").values_list(
        "content_type__app_label", "codename"
    )
    return [f"{app}.{code}" for app, code in pairs]
